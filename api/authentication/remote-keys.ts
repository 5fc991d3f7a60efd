import { importJWK, type CryptoKey, type JWK } from 'jose';
import type { ForeignAlgorithm } from '../../processes/issuer-settings.js';
import { failure } from '../../workflows/shared/failure.js';
import { isFit } from './jwk-fitness.js';

/** The client for addresses outside (activities/shared/outbound-http.ts). */
export interface Outbound {
  send(request: {
    url: string;
    method: 'GET' | 'POST';
    headers: Readonly<Record<string, string>>;
    body?: string;
  }): Promise<{ status: number; body: string }>;
}

/** Outcome of a fetch: a set of keys, no answer, or an answer other than a set of keys. */
export type KeysFetch = 'fetched' | 'unreachable' | 'invalid';

interface RemoteKeyParts {
  /** The address of the keys; asked before each fetch. */
  locate: () => Promise<string>;
  outbound: Outbound;
  /** Of metrics and the log. */
  onFetch?: ((outcome: KeysFetch) => void) | undefined;
  /** A monotonic clock. */
  nowMs?: () => number;
}

/** Keys published by another issuer for checking signatures. */
export interface RemoteKeys {
  /**
   * The key for checking a token with the header; undefined without a fitting key. Throws
   * SERVICE_UNAVAILABLE without keys, or with keys too old.
   */
  find(header: { kid?: string | undefined; alg: ForeignAlgorithm }): Promise<CryptoKey | undefined>;
  /**
   * A number for the present keys, another after each change; undefined when the keys are due for a
   * fetch. A token checked under a number need not be checked again under the same number.
   */
  version(): number | undefined;
  /** Throws if the last fetch failed; fetches first, where due. */
  assertReachable(): Promise<void>;
}

/** Keys are as published ten minutes ago at most, and asked for again a little sooner. */
const maxAgeMs = 600_000;
const renewalAgeMs = 480_000;
/** While the issuer is away, the last keys go on counting for a day. */
const lastGoodMs = 24 * 3_600_000;
/** Tokens with unknown keys cause a single fetch in half a minute, however many tokens. */
const unknownKidMs = 30_000;
const maxBackoffMs = 30_000;
const maxKeys = 100;

class NoKeys extends Error {}

interface KeySet {
  keys: readonly JWK[];
  text: string;
  fetchedAtMs: number;
  imported: Map<string, Promise<CryptoKey | undefined>>;
}

export function createRemoteKeys(parts: RemoteKeyParts): RemoteKeys {
  const { locate, outbound, onFetch, nowMs = () => performance.now() } = parts;
  let set: KeySet | undefined;
  let version = 0;
  let fetching: Promise<void> | undefined;
  let failures = 0;
  let retryAtMs = -Infinity;
  let unknownAtMs = -Infinity;

  const ageMs = () => (set ? nowMs() - set.fetchedAtMs : Infinity);
  /** A single fetch at a time, awaited by all callers; a failure does not reject. */
  const renew = (): Promise<void> => (fetching ??= load().finally(() => (fetching = undefined)));

  async function load(): Promise<void> {
    try {
      take(await fetchKeys(await locate(), outbound));
      failures = 0;
      onFetch?.('fetched');
    } catch (error) {
      failures += 1;
      retryAtMs = nowMs() + Math.min(maxBackoffMs, 1_000 * 2 ** (failures - 1));
      onFetch?.(error instanceof NoKeys ? 'invalid' : 'unreachable');
    }
  }

  function take(keys: readonly JWK[]): void {
    const text = JSON.stringify(keys);
    const isSame = set?.text === text;
    if (!isSame) version += 1;
    const imported = isSame && set ? set.imported : new Map<string, Promise<CryptoKey>>();
    set = { keys, text, imported, fetchedAtMs: nowMs() };
  }

  async function currentSet(): Promise<KeySet> {
    const isDue = nowMs() >= retryAtMs;
    if (ageMs() > maxAgeMs && (isDue || fetching)) await renew();
    else if (ageMs() > renewalAgeMs && isDue) void renew();
    if (!set || ageMs() > lastGoodMs) {
      const seconds = Math.max(1, Math.ceil((retryAtMs - nowMs()) / 1_000));
      throw failure('SERVICE_UNAVAILABLE', { retry_after_seconds: seconds });
    }
    return set;
  }

  /** After a rotation a token may arrive before the key. */
  async function lookForUnknown(): Promise<void> {
    if (nowMs() - unknownAtMs >= unknownKidMs) {
      unknownAtMs = nowMs();
      await renew();
    } else if (fetching) await fetching;
  }

  return {
    async find({ kid, alg }) {
      let keySet = await currentSet();
      if (kid !== undefined && !keySet.keys.some((key) => key.kid === kid)) {
        await lookForUnknown();
        keySet = set ?? keySet;
      }
      return fittingKey(keySet, { kid, alg });
    },
    version: () => (ageMs() <= renewalAgeMs ? version : undefined),
    async assertReachable() {
      if (ageMs() > renewalAgeMs && (nowMs() >= retryAtMs || fetching)) await renew();
      if (failures > 0) throw new Error('the keys cannot be fetched');
    },
  };
}

function fittingKey(
  set: KeySet,
  { kid, alg }: { kid: string | undefined; alg: ForeignAlgorithm },
): Promise<CryptoKey | undefined> | undefined {
  const fitting = set.keys.filter(
    (key) => isFit(key, alg) && (kid === undefined || key.kid === kid),
  );
  // Two fitting keys are ambiguous.
  const [key] = fitting;
  return key && fitting.length === 1 ? importOnce(set, key, alg) : undefined;
}

function importOnce(
  { keys, imported }: KeySet,
  key: JWK,
  alg: ForeignAlgorithm,
): Promise<CryptoKey | undefined> {
  const name = `${alg}|${keys.indexOf(key)}`;
  const importedBefore = imported.get(name);
  if (importedBefore) return importedBefore;
  const { kty, crv, n, e, x, y } = key;
  const importing = importJWK(definedOf({ kty, crv, n, e, x, y }), alg).then(
    (imports) => (imports instanceof Uint8Array ? undefined : imports),
    // Numbers off the curve, or no key at all.
    () => undefined,
  );
  imported.set(name, importing);
  return importing;
}

/** The public half alone, without any other published field. */
const definedOf = (fields: Record<string, unknown>): JWK =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

async function fetchKeys(url: string, outbound: Outbound): Promise<JWK[]> {
  const { status, body } = await outbound.send({
    url,
    method: 'GET',
    headers: { accept: 'application/json, application/jwk-set+json' },
  });
  // A failing issuer says nothing about keys.
  if (status !== 200) throw new Error(`answered ${status}`);
  const keys = keysIn(body);
  const named = keys.filter(isKey);
  if (named.length === 0 || keys.length > maxKeys) throw new NoKeys();
  return named;
}

function keysIn(body: string): unknown[] {
  try {
    const { keys } = Object(JSON.parse(body)) as { keys?: unknown };
    if (Array.isArray(keys)) return keys;
  } catch {
    // An answer other than JSON has no keys.
  }
  throw new NoKeys();
}

const isKey = (key: unknown): key is JWK => {
  const { kty, kid } = Object(key) as { kty?: unknown; kid?: unknown };
  return typeof kty === 'string' && (kid === undefined || typeof kid === 'string');
};
