import { createHash, generateKeyPairSync, type JsonWebKey } from 'node:crypto';

/** Both halves of a signing key, each with the key's id. */
interface SigningKeyPair {
  kid: string;
  algorithm: 'ES256';
  publicJwk: JsonWebKey & Record<string, unknown>;
  privateJwk: JsonWebKey & Record<string, unknown>;
}

/** The key's id is the thumbprint of RFC 7638. */
export function makeSigningKeyPair(): SigningKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  const named = { kid, alg: 'ES256', use: 'sig' };
  return {
    kid,
    algorithm: 'ES256',
    publicJwk: { crv, kty, x, y, ...named },
    privateJwk: { ...privateKey.export({ format: 'jwk' }), ...named },
  };
}
