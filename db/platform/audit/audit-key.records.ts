import { createHash, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { bytes, json, text, type Values } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { seal, unseal } from '../../secrets/seal.js';

const sealedKey = {
  kid: text,
  publicJwk: json<JsonWebKey>(),
  privateJwkSealed: bytes,
};
type SealedKey = Values<typeof sealedKey>;

export interface AuditKey extends Omit<SealedKey, 'privateJwkSealed'> {
  privateJwk: JsonWebKey;
}

const liveKey = query({
  name: 'audit-keys.live',
  row: sealedKey,
  text: `select k.kid, k.public_jwk, k.private_jwk_sealed from platform.audit_keys k
   where k.retired_at is null order by k.created_at desc, k.kid limit 1`,
});
const keyLock = query({
  name: 'audit-keys.lock',
  text: `select from pg_advisory_xact_lock(hashtext('platform.audit_keys'))`,
});
const newKey = query({
  name: 'audit-keys.add',
  parameters: sealedKey,
  text: `insert into platform.audit_keys (kid, public_jwk, private_jwk_sealed)
   values (:kid, :publicJwk, :privateJwkSealed)`,
});

/**
 * The Ed25519 keys for signing checkpoints and exports, in the platform's scope. Private halves are
 * stored sealed under `sealKey`.
 */
export function auditKeyRecords(scope: WriteScope, { sealKey }: { sealKey: Buffer }) {
  async function loadLive(): Promise<AuditKey | undefined> {
    const [live] = await scope.run(liveKey, {});
    if (!live) return undefined;
    const { kid, publicJwk, privateJwkSealed } = live;
    const privateJwk = JSON.parse(unseal(privateJwkSealed, sealKey).toString()) as JsonWebKey;
    return { kid, publicJwk, privateJwk };
  }

  return {
    /** The key to sign with; made where there is none yet, and then all processes get the same. */
    async loadOrCreate(): Promise<AuditKey> {
      const known = await loadLive();
      if (known) return known;
      await scope.run(keyLock, {});
      const keyOfAnother = await loadLive();
      if (keyOfAnother) return keyOfAnother;
      const fresh = makeKey();
      const { kid, publicJwk, privateJwk } = fresh;
      const privateJwkSealed = seal(Buffer.from(JSON.stringify(privateJwk)), sealKey);
      await scope.run(newKey, { kid, publicJwk, privateJwkSealed });
      return fresh;
    },
  };
}
export type AuditKeyRecords = ReturnType<typeof auditKeyRecords>;

/** The key's id is the thumbprint of RFC 7638. */
function makeKey(): AuditKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { crv, kty, x } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
  const named = { kid, alg: 'EdDSA', use: 'sig' };
  return {
    kid,
    publicJwk: { crv, kty, x, ...named },
    privateJwk: { ...privateKey.export({ format: 'jwk' }), ...named },
  };
}
