import type { AccountRole } from '../../../workflows/identity/account.contract.js';
import type { UserStatus } from '../../../workflows/identity/user.contract.js';
import {
  integer,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** A member for clients. */
const memberView = {
  user_id: uuid,
  principal_id: uuid,
  email: orNull(text),
  display_name: orNull(text),
  /** Null for who has roles on single resources alone. */
  role: orNull(textOf<AccountRole>()),
  status: textOf<UserStatus>(),
  last_login_at: orNull(timestamp),
  joined_at: timestamp,
};
type MemberView = Values<typeof memberView>;

interface MemberFilter {
  role?: AccountRole | undefined;
  status?: UserStatus | undefined;
}

const memberPage = query({
  name: 'member.list',
  parameters: {
    accountId: uuid,
    role: orNull(text),
    status: orNull(text),
    after: orNull(uuid),
    limit: integer,
  },
  row: memberView,
  text: `select u.user_id, u.principal_id, case when u.email_verified_at is not null then u.email::text end as email,
     u.first_name || ' ' || u.last_name as display_name, m.role, u.status, u.last_login_at, m.joined_at
   from (
     select g.principal_id, max(g.role) filter (where g.resource_type = 'account') as role,
       coalesce(max(g.created_at) filter (where g.resource_type = 'account'), min(g.created_at)) as joined_at
     from identity.access_grants g where g.account_id = :accountId group by g.principal_id
   ) m join identity.users u on u.principal_id = m.principal_id
   where (:role is null or m.role = :role) and (:status is null or u.status = :status)
     and (:after is null or u.user_id > :after)
   order by u.user_id limit :limit`,
});

/** In a scope of the platform, since people's rows are the platform's. */
export const memberViews = (scope: ReadScope, accountId: string) => ({
  /** In the order of the users' ids. */
  page: (
    { role = null, status = null }: { [Name in keyof MemberFilter]: MemberFilter[Name] | null },
    after: string | null,
    limit: number,
  ): Promise<MemberView[]> => scope.read(memberPage, { accountId, role, status, after, limit }),
});
