import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import type { SigningKey, SigningKeyRecords } from '../../db/identity/signing-key.records.js';

export const signingAlgorithm = 'ES256';

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

/** Another process may have made or retired a key; an unknown one is looked for at most this often. */
const maxAgeMs = 600_000;
const unknownKidCooldownMs = 1_000;

export function createSigningKeys(records: SigningKeyRecords): SigningKeys {
  let loaded: { keys: Promise<LoadedKey[]>; at: number } | undefined;

  function load(maxAge: number): Promise<LoadedKey[]> {
    if (loaded && Date.now() - loaded.at < maxAge) return loaded.keys;
    const loading = { keys: records.loadOrCreate(makeKey).then((keys) => Promise.all(keys.map(open))), at: Date.now() };
    // A failure is not kept: the next call asks again.
    loading.keys.catch(() => {
      if (loaded === loading) loaded = undefined;
    });
    loaded = loading;
    return loading.keys;
  }
  const findIn = (keys: readonly LoadedKey[], kid: string) => keys.find((key) => key.kid === kid);
  return {
    async newest() {
      const [key] = await load(maxAgeMs);
      if (!key) throw new Error('there is no signing key');
      return key;
    },
    find: async (kid) => findIn(await load(maxAgeMs), kid) ?? findIn(await load(unknownKidCooldownMs), kid),
    jwks: async () => ({ keys: (await load(maxAgeMs)).map(({ publicJwk }) => publicJwk) }),
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

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, signingAlgorithm);
  if (key instanceof Uint8Array) throw new Error('a signing key is a key pair');
  return key;
}
