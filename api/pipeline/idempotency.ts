import { createHash } from 'node:crypto';
import type { RequestKey } from '../../db/platform/request.records.js';
import { canonicalJson } from '../../workflows/shared/canonical-json.js';
import { failure } from '../../workflows/shared/failure.js';
import { routeName } from './audit.js';
import { idempotencyOf, type Call, type Contract } from '../route/route.js';

export const replayedHeader = 'Idempotency-Replayed';

/** A string of RFC 8941, or the bare characters sent by most clients; both name the same key. */
const quoted = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"$/;
const bare = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,255}$/;
/** Both, for the OpenAPI document. */
export const keyPattern = `${quoted.source}|${bare.source}`;

/** Reads a request's key on routes with idempotency; undefined for a request without a key. */
export function keyReader(route: Contract): (call: Call) => RequestKey | undefined {
  const idempotency = idempotencyOf(route);
  const name = routeName(route);
  if (idempotency === 'none') return () => undefined;
  return (call) => {
    // A present but empty key is a client's mistake, and silently costs the client the expected
    // protection.
    const header = call.ctx.req.headers['idempotency-key'];
    if (header === undefined) {
      if (idempotency === 'required') throw failure('IDEMPOTENCY_KEY_REQUIRED');
      return undefined;
    }
    const text = String(header);
    const key = quoted.exec(text)?.[1]?.replaceAll(/\\(["\\])/g, '$1') ?? bare.exec(text)?.[0];
    if (key === undefined) throw failure('INVALID_IDEMPOTENCY_KEY');
    const scope = route.answersSecret ? `${name} by ${call.caller?.principalId}` : name;
    return { route: scope, key, fingerprint: fingerprintOf(call) };
  };
}

/**
 * Digest of all parts of a request by which requests differ, as parsed: field order and white space
 * do not count.
 */
function fingerprintOf({ params, query, body, ifMatch }: Call): Buffer {
  return createHash('sha256')
    .update(canonicalJson([params, query ?? null, body ?? null, ifMatch ?? null]))
    .digest();
}
