import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { databaseNow } from '../../db/connection/database-clock.js';
import type { ExternalPrincipalRecords } from '../../db/identity/credential/external-principal.records.js';
import type { TrustedIssuer } from '../../processes/issuer-settings.js';
import { reachOfClaims } from '../../workflows/identity/external.rules.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Authenticator, Caller } from '../route/caller.js';
import { createBoundedCache } from '../shared/bounded-cache.js';
import { ForeignTokenRefused, verifyForeign } from './foreign-jws.js';
import type { RemoteKeys } from './remote-keys.js';

/** A trusted issuer, with the issuer's keys. */
export interface IssuerKeys extends TrustedIssuer {
  keys: RemoteKeys;
}

interface ExternalParts {
  issuers: readonly IssuerKeys[];
  principals: ExternalPrincipalRecords;
  /** For every token of no trusted issuer. */
  own: Authenticator;
}

interface KnownCaller {
  caller: Caller;
  /** Of the issuer's keys at the check. */
  version: number;
  checkedAtMs: number;
  expiresAtMs: number;
  keys: RemoteKeys;
}

const maxEntries = 10_000;
/** An issuer's token may live a day, but for the difference of clocks. */
const maxLifeSeconds = 24 * 3_600 + 30;
/** Time until the account and the principal are looked up again. */
const recheckMs = 60_000;
const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Tokens of trusted issuers, beside our own: told apart by `iss`, and `iss` only chooses the keys for
 * the check. Without trusted issuers, our own authenticator alone.
 */
export function withExternalTokens({ issuers, principals, own }: ExternalParts): Authenticator {
  if (issuers.length === 0) return own;
  const callers = createBoundedCache<KnownCaller>(maxEntries);
  const byName = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));

  function knownCaller(key: string): Caller | undefined {
    const entry = callers.get(key);
    if (!entry) return undefined;
    const isFresh =
      entry.version === entry.keys.version() &&
      performance.now() - entry.checkedAtMs < recheckMs &&
      databaseNow() < entry.expiresAtMs;
    return isFresh ? entry.caller : undefined;
  }

  async function check(token: string, issuer: IssuerKeys, key: string): Promise<Caller> {
    callers.delete(key);
    // Read before the check: keys changed meanwhile make the entry obsolete.
    const version = issuer.keys.version();
    const claims = await verified(token, issuer);
    const caller = await callerOf(claims, issuer, principals);
    if (version !== undefined)
      callers.set(key, {
        caller,
        version,
        checkedAtMs: performance.now(),
        expiresAtMs: claims.exp * 1_000,
        keys: issuer.keys,
      });
    return caller;
  }

  return {
    ...own,
    authenticate(token) {
      const key = createHash('sha256').update(token).digest('base64');
      const caller = knownCaller(key);
      if (caller) return caller;
      const issuer = byName.get(issuerNameIn(token) ?? '');
      return issuer ? check(token, issuer, key) : own.authenticate(token);
    },
  };
}

interface CheckedClaims extends JWTPayload {
  sub: string;
  exp: number;
  accountId: string;
}

/** Throws UNAUTHENTICATED for a token not signed by the issuer, or not valid now. */
async function verified(token: string, issuer: IssuerKeys): Promise<CheckedClaims> {
  const { keys, algorithms } = issuer;
  const requiredClaims = ['iss', 'aud', 'sub', 'exp', 'tenantId'];
  const claims = await verifyForeign(token, {
    keys,
    algorithms,
    issuer: issuer.issuer,
    requiredClaims,
  }).catch((error: unknown) => {
    throw error instanceof ForeignTokenRefused ? failure('UNAUTHENTICATED') : error;
  });
  const { sub, exp = 0, iat, tenantId } = claims;
  const begin = Math.min(iat ?? Infinity, databaseNow() / 1_000);
  const isSubject =
    typeof sub === 'string' && sub !== '' && sub.length <= 255 && !/\p{Cc}/u.test(sub);
  if (!isSubject || exp - begin > maxLifeSeconds) throw failure('UNAUTHENTICATED');
  if (typeof tenantId !== 'string' || !uuidShape.test(tenantId)) throw failure('UNAUTHENTICATED');
  return { ...claims, sub, exp, accountId: tenantId };
}

/** Throws FORBIDDEN for an audience, a role or an account out of the issuer's reach. */
async function callerOf(
  claims: CheckedClaims,
  { issuer, audiences, accounts }: IssuerKeys,
  principals: ExternalPrincipalRecords,
): Promise<Caller> {
  const { accountId, sub: subject, exp } = claims;
  const { accountRole, ...reach } = reachOfClaims(claims, audiences);
  const isAllowed = accounts === undefined || accounts.includes(accountId);
  const principalId = isAllowed && (await principals.principalOf({ issuer, subject, accountId }));
  // The same answer whether the account exists or not.
  if (!principalId) throw failure('FORBIDDEN', { org_id: accountId });
  return {
    kind: 'EXTERNAL',
    userId: null,
    sessionId: null,
    principalId,
    isPlatformAdmin: false,
    isSupport: false,
    memberships: [{ accountId, role: accountRole }],
    grants: [],
    bounds: { ...reach, accountId, issuer, expiresAt: new Date(exp * 1_000).toISOString() },
  };
}

/** The unchecked issuer of a token; undefined for a text without claims. */
function issuerNameIn(token: string): string | undefined {
  const [, payload] = token.split('.', 2);
  if (payload === undefined) return undefined;
  try {
    const { iss } = Object(JSON.parse(Buffer.from(payload, 'base64url').toString())) as {
      iss?: unknown;
    };
    return typeof iss === 'string' ? iss : undefined;
  } catch {
    return undefined;
  }
}
