import type { JsonWebKey } from 'node:crypto';
import { statement, type Reader } from '../shared/database.js';

const publicKeys = statement(
  'audit-keys.public',
  'select k.public_jwk as jwk from platform.audit_keys k order by k.created_at desc, k.kid',
);

/** The public halves of the keys that checkpoints and exports are signed with. */
export function createAuditKeyViews(read: Reader) {
  return {
    /** Of all keys that ever signed, the newest first. */
    publicKeys: async (): Promise<JsonWebKey[]> =>
      (await read.inPlatform<{ jwk: JsonWebKey }>(publicKeys, [])).map(({ jwk }) => jwk),
  };
}
export type AuditKeyViews = ReturnType<typeof createAuditKeyViews>;
