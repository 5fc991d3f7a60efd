import type { AccountRole } from '../../../workflows/identity/account.contract.js';
import {
  boolean,
  builtJson,
  integer,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** The current standing of a session's bearer, whatever the token says. */
export const standing = {
  userId: uuid,
  epoch: integer,
  expiresAt: timestamp,
  /** Not revoked, not over, and of an ACTIVE user. */
  isOpen: boolean,
  isPlatformAdmin: boolean,
  isSupport: boolean,
  memberships: builtJson<{ accountId: string; role: AccountRole; isMfaMissing: boolean }[]>(),
  /** Roles on one resource. */
  grants: builtJson<
    {
      accountId: string;
      resourceType: string;
      resourceId: string;
      role: AccountRole;
      isMfaMissing: boolean;
    }[]
  >(),
};
type Standing = Values<typeof standing>;

/** The account requires a second factor of the role, and the session has none. */
const isMfaMissing = `g.role = any (a.mfa_required_roles) and not 'mfa' = any (s.amr)`;

const standingBySession = query({
  name: 'caller.standing',
  parameters: { sessionId: uuid, principalId: uuid },
  row: standing,
  text: `select s.user_id, u.epoch, least(s.expires_at, s.absolute_until) as expires_at,
     s.revoked_at is null and least(s.expires_at, s.absolute_until) > now() and u.status = 'ACTIVE' as is_open,
     exists (select 1 from identity.platform_roles r
       where r.principal_id = s.principal_id and r.role = 'PLATFORM_ADMIN') as is_platform_admin,
     exists (select 1 from identity.platform_roles r
       where r.principal_id = s.principal_id and r.role = 'SUPPORT') as is_support,
     coalesce((select json_agg(json_build_object('accountId', g.account_id, 'role', g.role, 'isMfaMissing', ${isMfaMissing})
         order by g.created_at, g.account_id)
       from identity.access_grants g join identity.accounts a on a.account_id = g.account_id
       where g.principal_id = s.principal_id and g.resource_type = 'account' and g.resource_id = g.account_id), '[]') as memberships,
     coalesce((select json_agg(json_build_object('accountId', g.account_id, 'resourceType', g.resource_type,
         'resourceId', g.resource_id, 'role', g.role, 'isMfaMissing', ${isMfaMissing}) order by g.created_at, g.resource_id)
       from identity.access_grants g join identity.accounts a on a.account_id = g.account_id
       where g.principal_id = s.principal_id and g.resource_type <> 'account'), '[]') as grants
   from identity.user_sessions s join identity.users u on u.user_id = s.user_id
   where s.session_id = :sessionId and s.principal_id = :principalId`,
});

const sessionStrength = query({
  name: 'caller.sessionStrength',
  parameters: { sessionId: uuid, principalId: uuid },
  row: { hasSecondFactor: boolean },
  text: `select 'mfa' = any (s.amr) as has_second_factor from identity.user_sessions s
   where s.session_id = :sessionId and s.principal_id = :principalId`,
});

/** Of the scope's principal. */
export const callerViews = (scope: ReadScope) => ({
  async bySession(sessionId: string): Promise<Standing | undefined> {
    const { principalId } = scope;
    const [row] = await scope.read(standingBySession, { sessionId, principalId });
    return row;
  },

  /** Whether the session was opened, or strengthened, by a second factor. */
  async hasSecondFactor(sessionId: string): Promise<boolean> {
    const { principalId } = scope;
    const [session] = await scope.read(sessionStrength, { sessionId, principalId });
    return session?.hasSecondFactor === true;
  },
});

export type CallerViews = ReturnType<typeof callerViews>;
