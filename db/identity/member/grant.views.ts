import type { AccountRole, GrantedResource } from '../../../workflows/identity/account.contract.js';
import {
  boolean,
  integer,
  orNull,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** A role on one resource, for clients. */
const grantView = {
  grant_id: uuid,
  user_id: uuid,
  principal_id: uuid,
  resource_type: textOf<GrantedResource>(),
  resource_id: uuid,
  role: textOf<AccountRole>(),
  created_at: timestamp,
};
type GrantView = Values<typeof grantView>;

const ofMember = { accountId: uuid, userId: uuid };

const grantPage = query({
  name: 'grant.list',
  parameters: { ...ofMember, after: orNull(uuid), limit: integer },
  row: grantView,
  text: `select g.grant_id, u.user_id, g.principal_id, g.resource_type, g.resource_id, g.role, g.created_at
   from identity.access_grants g join identity.users u on u.principal_id = g.principal_id
   where g.account_id = :accountId and u.user_id = :userId and g.resource_type <> 'account'
     and (:after is null or g.grant_id > :after)
   order by g.grant_id limit :limit`,
});

const memberPresence = query({
  name: 'grant.memberPresence',
  parameters: ofMember,
  row: { isMember: boolean },
  text: `select exists (select from identity.access_grants g join identity.users u on u.principal_id = g.principal_id
     where g.account_id = :accountId and u.user_id = :userId) as is_member`,
});

/** In a scope of the platform, since people's rows are the platform's. */
export const grantViews = (
  scope: ReadScope,
  { accountId, userId }: { accountId: string; userId: string },
) => ({
  /** Whether the user has access to the account. */
  async isOfMember(): Promise<boolean> {
    const [presence] = await scope.read(memberPresence, { accountId, userId });
    return presence?.isMember === true;
  },
  page: (after: string | null, limit: number): Promise<GrantView[]> =>
    scope.read(grantPage, { accountId, userId, after, limit }),
});
