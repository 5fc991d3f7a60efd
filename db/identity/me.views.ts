import type { AccountRole } from '../../workflows/identity/account.contract.js';
import type { PlanId, SubscriptionStatus } from '../../workflows/identity/plan.contract.js';
import type { UserStatus } from '../../workflows/identity/user.contract.js';
import { statement, type Reader } from '../shared/database.js';

/** The bootstrap of a portal, as it leaves on the wire. */
export interface Me {
  user: {
    id: string;
    email: string | null;
    phone_e164: string | null;
    status: UserStatus;
    preferred_language: string;
    verification_state: { email: boolean; phone: boolean };
  };
  principal_id: string;
  org_memberships: {
    org_id: string;
    org_principal_id: string;
    account_id: string;
    role: AccountRole;
    org_name: string;
    subscription: { plan_id: PlanId; status: SubscriptionStatus };
  }[];
  default_org_id: string | null;
  is_internal_ops_admin: boolean;
}

const meByPrincipal = statement(
  'me.byPrincipal',
  `with memberships as (
     select a.account_id, a.name, s.plan_id, s.status, g.role, g.created_at
     from identity.access_grants g join identity.accounts a using (account_id) join identity.subscriptions s using (account_id)
     where g.principal_id = $1 and g.resource_type = 'account' and g.resource_id = g.account_id
   )
   select json_build_object(
     'user', json_build_object('id', u.user_id, 'email', u.email, 'phone_e164', u.phone_e164, 'status', u.status,
       'preferred_language', u.preferred_language, 'verification_state', json_build_object(
         'email', u.email_verified_at is not null, 'phone', u.phone_verified_at is not null)),
     'principal_id', u.principal_id,
     'org_memberships', coalesce((select json_agg(json_build_object('org_id', m.account_id, 'org_principal_id', m.account_id,
       'account_id', m.account_id, 'role', m.role, 'org_name', m.name, 'subscription', json_build_object('plan_id', m.plan_id, 'status', m.status))
       order by m.created_at, m.account_id) from memberships m), '[]'),
     'default_org_id', (select m.account_id from memberships m order by m.created_at, m.account_id limit 1),
     'is_internal_ops_admin', exists (select 1 from identity.platform_roles r
       where r.principal_id = u.principal_id and r.role = 'PLATFORM_ADMIN')) as me
   from identity.users u where u.principal_id = $1`,
);

export function createMeViews(read: Reader) {
  return {
    async byPrincipal(principalId: string): Promise<Me | undefined> {
      const [row] = await read.inPrincipal<{ me: Me }>(principalId, meByPrincipal, [principalId]);
      return row?.me;
    },
  };
}

export type MeViews = ReturnType<typeof createMeViews>;
