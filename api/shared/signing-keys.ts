import { calculateJwkThumbprint, exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';
import type { SigningKey, SigningKeyRecords } from '../../db/identity/signing-key.records.js';
import { createLoadedKeys } from './loaded-keys.js';
import { importKey, signingAlgorithm } from './verifying-keys.js';

interface LoadedKey {
  kid: string;
  publicJwk: JWK;
  publicKey: CryptoKey;
  privateKey: CryptoKey;
}

/** The keys that access tokens are signed with, shared by every process through the database. */
export interface SigningKeys {
  newest(): Promise<LoadedKey>;
  /** Undefined for a key that is not, or no longer, one of ours. */
  find(kid: string): Promise<LoadedKey | undefined>;
  jwks(): Promise<{ keys: JWK[] }>;
}

export function createSigningKeys(records: SigningKeyRecords): SigningKeys {
  const { all, find } = createLoadedKeys(async () =>
    Promise.all((await records.loadOrCreate(makeKey)).map((key) => open(key))),
  );
  return {
    async newest() {
      const [key] = await all();
      if (!key) throw new Error('there is no signing key');
      return key;
    },
    find,
    jwks: async () => ({ keys: (await all()).map(({ publicJwk }) => publicJwk) }),
  };
}

async function makeKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const named = { kid, alg: signingAlgorithm, use: 'sig' };
  return {
    kid,
    algorithm: signingAlgorithm,
    publicJwk: { ...publicJwk, ...named },
    privateJwk: { ...(await exportJWK(privateKey)), ...named },
  };
}

async function open({ kid, publicJwk, privateJwk }: SigningKey): Promise<LoadedKey> {
  const [publicKey, privateKey] = await Promise.all([importKey(publicJwk), importKey(privateJwk)]);
  return { kid, publicJwk: publicJwk, publicKey, privateKey };
}
