import type { JWK } from 'jose';
import type { ForeignAlgorithm } from '../../processes/issuer-settings.js';

interface Shape {
  kty: 'RSA' | 'EC' | 'OKP';
  crv?: string;
}

const shapes: Readonly<Record<ForeignAlgorithm, Shape>> = {
  RS256: { kty: 'RSA' },
  RS384: { kty: 'RSA' },
  RS512: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
  PS384: { kty: 'RSA' },
  PS512: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
};

/** Of an RSA modulus: below, a key can be broken; above, checking a signature costs too much. */
const minRsaBytes = 256;
const maxRsaBytes = 1_024;

/**
 * Whether a published key may check signatures of an algorithm, judged by type, curve, size, and
 * the stated algorithm and use.
 */
export function isFit(key: JWK, algorithm: ForeignAlgorithm): boolean {
  const { kty, crv } = shapes[algorithm];
  const isOfType = key.kty === kty && (crv === undefined || key.crv === crv);
  const isForIt = key.alg === undefined || key.alg === algorithm;
  const isForSignatures = key.use === undefined || key.use === 'sig';
  const isForChecks =
    key.key_ops === undefined || (Array.isArray(key.key_ops) && key.key_ops.includes('verify'));
  return isOfType && isForIt && isForSignatures && isForChecks && (kty !== 'RSA' || hasSize(key));
}

function hasSize({ n }: JWK): boolean {
  const bytes = Buffer.from(typeof n === 'string' ? n : '', 'base64url');
  const firstByte = bytes.findIndex((byte) => byte !== 0);
  const size = firstByte === -1 ? 0 : bytes.length - firstByte;
  return (
    size <= maxRsaBytes &&
    (size > minRsaBytes || (size === minRsaBytes && (bytes[firstByte] ?? 0) >= 0x80))
  );
}
