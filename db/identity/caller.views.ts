import type { AccountRole } from '../../workflows/identity/account.contract.js';
import { statement, type Reader } from '../shared/database.js';

/** What a session's bearer is now, whatever its token says. */
export interface Standing {
  userId: string;
  epoch: number;
  /** Not revoked, not over, and its user ACTIVE. */
  isOpen: boolean;
  /** RFC 3339. */
  expiresAt: string;
  isPlatformAdmin: boolean;
  memberships: { accountId: string; role: AccountRole }[];
}

const standingOfSession = statement(
  'caller.standing',
  `select s.user_id as "userId", u.epoch, least(s.expires_at, s.absolute_until) as "expiresAt",
     s.revoked_at is null and least(s.expires_at, s.absolute_until) > now() and u.status = 'ACTIVE' as "isOpen",
     exists (select 1 from identity.platform_roles r
       where r.principal_id = s.principal_id and r.role = 'PLATFORM_ADMIN') as "isPlatformAdmin",
     coalesce((select json_agg(json_build_object('accountId', g.account_id, 'role', g.role) order by g.created_at, g.account_id)
       from identity.access_grants g
       where g.principal_id = s.principal_id and g.resource_type = 'account' and g.resource_id = g.account_id), '[]') as memberships
   from identity.user_sessions s join identity.users u on u.user_id = s.user_id
   where s.session_id = $1 and s.principal_id = $2`,
);

export function createCallerViews(read: Reader) {
  return {
    async bySession(sessionId: string, principalId: string): Promise<Standing | undefined> {
      const [row] = await read.inPrincipal<Standing>(principalId, standingOfSession, [sessionId, principalId]);
      return row;
    },
  };
}

export type CallerViews = ReturnType<typeof createCallerViews>;
