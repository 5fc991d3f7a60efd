import type { JsonWebKey } from 'node:crypto';
import { json } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const publicKeys = query({
  name: 'audit-keys.public',
  row: { publicJwk: json<JsonWebKey>() },
  text: `select k.public_jwk from platform.audit_keys k order by k.created_at desc, k.kid`,
});

/** The public halves of the keys for checkpoints and exports, in the platform's scope. */
export const auditKeyViews = (scope: ReadScope) => ({
  /** Keys of every signature so far, the newest first. */
  async publicKeys(): Promise<JsonWebKey[]> {
    const keys = await scope.read(publicKeys, {});
    return keys.map(({ publicJwk }) => publicJwk);
  },
});
