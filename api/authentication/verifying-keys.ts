import { importJWK, type CryptoKey, type JWK } from 'jose';
import type { VerifyingKeyViews } from '../../db/identity/credential/verifying-key.views.js';
import type { StandingWatch } from '../shared/standing-watch.js';
import { createLoadedKeys } from './loaded-keys.js';

export const signingAlgorithm = 'ES256';

/** The keys by which access tokens are checked. */
export interface VerifyingKeys {
  /** Undefined for an unknown or removed key. */
  find(kid: string): Promise<{ publicKey: CryptoKey } | undefined>;
}

/** Public keys alone, for a process without access to private keys. */
export function createVerifyingKeys(
  views: VerifyingKeyViews,
  watch?: StandingWatch,
): VerifyingKeys {
  return createLoadedKeys(
    async () =>
      Promise.all(
        (await views.list()).map(async ({ kid, publicJwk }) => ({
          kid,
          publicKey: await importKey(publicJwk),
        })),
      ),
    watch,
  );
}

export async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, signingAlgorithm);
  if (key instanceof Uint8Array) throw new Error('a signing key is a key pair');
  return key;
}
