import type { CryptoKey, JWK } from 'jose';
import type {
  SigningKey,
  SigningKeyRecords,
} from '../../db/identity/credential/signing-key.records.js';
import type { StandingWatch } from '../shared/standing-watch.js';
import { createLoadedKeys } from './loaded-keys.js';
import { importKey } from './verifying-keys.js';

interface LoadedKey extends Pick<SigningKey, 'kid' | 'state'> {
  publicJwk: JWK;
  publicKey: CryptoKey;
  privateKey: CryptoKey;
}

/** The keys by which access tokens are signed, shared by every process through the database. */
export interface SigningKeys {
  /** The key to sign with now. */
  current(): Promise<LoadedKey>;
  /** Undefined for an unknown or removed key. */
  find(kid: string): Promise<LoadedKey | undefined>;
  /** Also the next key, and keys with tokens still good. */
  jwks(): Promise<{ keys: JWK[] }>;
}

/** Without a watch, a change of keys is noticed after ten minutes. */
export function createSigningKeys(records: SigningKeyRecords, watch?: StandingWatch): SigningKeys {
  const { all, find } = createLoadedKeys(
    async () => Promise.all((await records.loadOrCreate()).map((key) => open(key))),
    watch,
  );
  return {
    async current() {
      const key = (await all()).find(({ state }) => state === 'CURRENT');
      if (!key) throw new Error('there is no signing key');
      return key;
    },
    find,
    jwks: async () => ({ keys: (await all()).map(({ publicJwk }) => publicJwk) }),
  };
}

async function open({ kid, state, publicJwk, privateJwk }: SigningKey): Promise<LoadedKey> {
  const [publicKey, privateKey] = await Promise.all([importKey(publicJwk), importKey(privateJwk)]);
  return { kid, state, publicJwk, publicKey, privateKey };
}
