import type { Scope } from '../../../workflows/identity/scope.contract.js';
import {
  arrayOf,
  integer,
  listOf,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Column,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** A key as seen by people: without the secret. */
const apiKeyView = {
  api_key_id: uuid,
  prefix: text,
  name: text,
  /** Mutable, as the schemas of the wire are. */
  scopes: arrayOf(textOf<Scope>()) as Column<Scope[]>,
  expires_at: timestamp,
  created_at: timestamp,
  created_by: uuid,
  last_used_at: orNull(timestamp),
  revoked_at: orNull(timestamp),
};
type ApiKeyView = Values<typeof apiKeyView>;

const apiKeyPage = query({
  name: 'apiKey.page',
  parameters: { accountId: uuid, before: orNull(uuid), limit: integer },
  row: apiKeyView,
  text: `select ${listOf(apiKeyView, 'k')} from identity.api_keys k
   where k.account_id = :accountId
     and k.api_key_id < coalesce(:before, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
   order by k.api_key_id desc limit :limit`,
});

export const apiKeyViews = (scope: ReadScope) => ({
  /** Newest first, before an id. */
  page: (before: string | null, limit: number): Promise<ApiKeyView[]> =>
    scope.read(apiKeyPage, { accountId: scope.accountId, before, limit }),
});
