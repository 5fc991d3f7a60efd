import { databaseNow } from '../../db/connection/database-clock.js';
import { createBoundedCache } from '../shared/bounded-cache.js';
import type { StandingWatch } from '../shared/standing-watch.js';
import type { TokenVerifier, VerifiedClaims } from './access-tokens.js';
import { onKeyChange } from './loaded-keys.js';

/** Without reports of removed keys, a signature is believed for so long at most. */
const unwatchedMaxAgeMs = 1_000;

interface KnownClaims {
  /** Of a token verified before and still good. */
  get(key: string): VerifiedClaims | undefined;
  /** Verifies an unknown token. */
  verify(token: string, key: string): Promise<VerifiedClaims>;
}

/** A token's signature is checked once, and again after a change of the signing keys. */
export function createKnownClaims(
  { tokens, watch }: { tokens: TokenVerifier; watch?: StandingWatch | undefined },
  maxEntries: number,
): KnownClaims {
  const verified = createBoundedCache<{ claims: VerifiedClaims; verifiedAtMs: number }>(maxEntries);
  let keyChanges = 0;

  onKeyChange(watch, () => {
    keyChanges += 1;
    verified.clear();
  });

  const isFresh = (verifiedAtMs: number): boolean =>
    !watch || watch.isCurrent() || performance.now() - verifiedAtMs < unwatchedMaxAgeMs;

  function get(key: string): VerifiedClaims | undefined {
    const known = verified.get(key);
    if (!known || known.claims.expiresAtMs <= databaseNow()) return undefined;
    return isFresh(known.verifiedAtMs) ? known.claims : undefined;
  }
  return {
    get,
    async verify(token, key) {
      const known = get(key);
      if (known) return known;
      verified.delete(key);
      const changesBefore = keyChanges;
      const verifiedAtMs = performance.now();
      const claims = await tokens.verify(token);
      // The key may be gone: such claims are good for the present request alone.
      if (changesBefore === keyChanges) verified.set(key, { claims, verifiedAtMs });
      return claims;
    },
  };
}
