import { importJWK, type CryptoKey, type JWK } from 'jose';
import type { VerifyingKeyViews } from '../../db/identity/verifying-key.views.js';
import { createLoadedKeys } from './loaded-keys.js';

export const signingAlgorithm = 'ES256';

/** What access tokens are checked with. */
export interface VerifyingKeys {
  /** Undefined for a key that is not, or no longer, one of ours. */
  find(kid: string): Promise<{ publicKey: CryptoKey } | undefined>;
}

/** The public halves alone, for a process that makes no tokens. */
export function createVerifyingKeys(views: VerifyingKeyViews): VerifyingKeys {
  return createLoadedKeys(async () =>
    Promise.all(
      (await views.list()).map(async ({ kid, publicJwk }) => ({ kid, publicKey: await importKey(publicJwk) })),
    ),
  );
}

export async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, signingAlgorithm);
  if (key instanceof Uint8Array) throw new Error('a signing key is a key pair');
  return key;
}
