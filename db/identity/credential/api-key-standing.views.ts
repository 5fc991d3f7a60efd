import type { AccountRole } from '../../../workflows/identity/account.contract.js';
import type { Scope } from '../../../workflows/identity/scope.contract.js';
import { arrayOf, bytes, textOf, timestamp, uuid, type Values } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { hashOfApiKey } from '../../secrets/api-keys.js';

/** The current standing of a key in force. */
const apiKeyStanding = {
  accountId: uuid,
  apiKeyId: uuid,
  principalId: uuid,
  scopes: arrayOf(textOf<Scope>()),
  expiresAt: timestamp,
  /** The maker: the key has the maker's role of the moment. */
  makerPrincipalId: uuid,
  makerUserId: uuid,
  role: textOf<AccountRole>(),
};
export type ApiKeyStanding = Values<typeof apiKeyStanding>;

const liveKey = `select k.account_id, k.api_key_id, k.principal_id, k.scopes, k.expires_at,
     k.created_by as maker_principal_id, u.user_id as maker_user_id, g.role
   from identity.api_keys k
   join identity.users u on u.principal_id = k.created_by and u.status = 'ACTIVE'
   join identity.access_grants g on g.account_id = k.account_id and g.principal_id = k.created_by
     and g.resource_type = 'account' and g.resource_id = k.account_id
   where k.revoked_at is null and k.expires_at > now()`;
const standingByHash = query({
  name: 'apiKey.byHash',
  parameters: { keyHash: bytes },
  row: apiKeyStanding,
  text: `${liveKey} and k.key_hash = :keyHash`,
});
const standingByPrincipal = query({
  name: 'apiKey.byPrincipal',
  parameters: { principalId: uuid },
  row: apiKeyStanding,
  text: `${liveKey} and k.principal_id = :principalId`,
});

/** In a scope of the platform. */
export const apiKeyStandingViews = (scope: ReadScope) => ({
  /** The hash by which a key is found; undefined for a text in another form. */
  hashOf: hashOfApiKey,
  async byHash(keyHash: Buffer): Promise<ApiKeyStanding | undefined> {
    const [key] = await scope.read(standingByHash, { keyHash });
    return key;
  },
  async byPrincipal(principalId: string): Promise<ApiKeyStanding | undefined> {
    const [key] = await scope.read(standingByPrincipal, { principalId });
    return key;
  },
});
export type ApiKeyStandingViews = ReturnType<typeof apiKeyStandingViews>;
