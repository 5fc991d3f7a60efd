import type { Database } from '../shared/database.js';
import { seal, unseal } from '../shared/seal.js';

export interface SigningKey {
  kid: string;
  algorithm: 'ES256';
  publicJwk: Record<string, unknown>;
  privateJwk: Record<string, unknown>;
}

interface SigningKeyRow extends Omit<SigningKey, 'privateJwk'> {
  privateJwkSealed: Buffer;
}

/** Newest first. */
const liveKeys = `
  select k.kid, k.algorithm, k.public_jwk as "publicJwk", k.private_jwk_sealed as "privateJwkSealed"
  from identity.signing_keys k where k.retired_at is null order by k.created_at desc, k.kid`;

/** The private halves leave the database sealed; `sealKey` is 32 bytes in hex. */
export function createSigningKeyRecords({ database, sealKey }: { database: Database; sealKey: string }) {
  const key = Buffer.from(sealKey, 'hex');
  const open = ({ privateJwkSealed, ...row }: SigningKeyRow): SigningKey => ({
    ...row,
    privateJwk: JSON.parse(unseal(privateJwkSealed, key).toString()) as Record<string, unknown>,
  });
  return {
    /** The keys that count; where there is none yet, the one that `make` makes. All processes get the same. */
    loadOrCreate: (make: () => Promise<SigningKey>): Promise<SigningKey[]> =>
      database.inPlatform(async (trx) => {
        const found = await trx.raw<{ rows: SigningKeyRow[] }>(liveKeys);
        if (found.rows.length > 0) return found.rows.map(open);
        await trx.raw(`select pg_advisory_xact_lock(hashtext('identity.signing_keys'))`);
        const made = await trx.raw<{ rows: SigningKeyRow[] }>(liveKeys);
        if (made.rows.length > 0) return made.rows.map(open);
        const { kid, algorithm, publicJwk, privateJwk } = await make();
        await trx.raw(
          'insert into identity.signing_keys (kid, algorithm, public_jwk, private_jwk_sealed) values (?, ?, ?, ?)',
          [kid, algorithm, JSON.stringify(publicJwk), seal(Buffer.from(JSON.stringify(privateJwk)), key)],
        );
        return [{ kid, algorithm, publicJwk, privateJwk }];
      }),
  };
}

export type SigningKeyRecords = ReturnType<typeof createSigningKeyRecords>;
