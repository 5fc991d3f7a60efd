import { createHash, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import type { Database } from '../shared/database.js';
import { seal, unseal } from '../shared/seal.js';

export interface AuditKey {
  kid: string;
  publicJwk: JsonWebKey;
  privateJwk: JsonWebKey;
}

interface AuditKeyRow extends Pick<AuditKey, 'kid' | 'publicJwk'> {
  privateJwkSealed: Buffer;
}

const liveKey = `
  select k.kid, k.public_jwk as "publicJwk", k.private_jwk_sealed as "privateJwkSealed"
  from platform.audit_keys k where k.retired_at is null order by k.created_at desc, k.kid limit 1`;

/** The Ed25519 keys that checkpoints and exports are signed with. Private halves leave the database sealed under `sealKey`. */
export function createAuditKeyRecords({ database, sealKey }: { database: Database; sealKey: string }) {
  const key = Buffer.from(sealKey, 'hex');
  const open = ({ kid, publicJwk, privateJwkSealed }: AuditKeyRow): AuditKey => ({
    ...{ kid, publicJwk },
    privateJwk: JSON.parse(unseal(privateJwkSealed, key).toString()) as JsonWebKey,
  });
  return {
    /** The key to sign with; made where there is none yet, and then all processes get the same. */
    loadOrCreate: (): Promise<AuditKey> =>
      database.inPlatform(async (trx) => {
        const [found] = (await trx.raw<{ rows: AuditKeyRow[] }>(liveKey)).rows;
        if (found) return open(found);
        await trx.raw(`select pg_advisory_xact_lock(hashtext('platform.audit_keys'))`);
        const [made] = (await trx.raw<{ rows: AuditKeyRow[] }>(liveKey)).rows;
        if (made) return open(made);
        const fresh = makeKey();
        await trx.raw('insert into platform.audit_keys (kid, public_jwk, private_jwk_sealed) values (?, ?, ?)', [
          fresh.kid,
          JSON.stringify(fresh.publicJwk),
          seal(Buffer.from(JSON.stringify(fresh.privateJwk)), key),
        ]);
        return fresh;
      }),
  };
}
export type AuditKeyRecords = ReturnType<typeof createAuditKeyRecords>;

/** Its id is the thumbprint of RFC 7638. */
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
