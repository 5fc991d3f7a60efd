import type { AccountRole } from '../../../workflows/identity/account.contract.js';
import {
  featuresOf,
  type FeatureKey,
  type PlanId,
  type SubscriptionStatus,
} from '../../../workflows/identity/plan.contract.js';
import type { UserStatus } from '../../../workflows/identity/user.contract.js';
import { builtJson, uuid } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** The bootstrap of a portal, as sent on the wire. */
interface Me {
  user: {
    id: string;
    email: string | null;
    phone_e164: string | null;
    status: UserStatus;
    preferred_language: string;
    verification_state: { email: boolean; phone: boolean };
    last_login_at: string | null;
    mfa_enabled: boolean;
  };
  principal_id: string;
  display_name: string | null;
  org_memberships: {
    org_id: string;
    org_principal_id: string;
    account_id: string;
    role: AccountRole;
    org_name: string;
    display_name: string | null;
    avatar_uri: string | null;
    subscription: { plan_id: PlanId; status: SubscriptionStatus };
    features: FeatureKey[];
  }[];
  default_org_id: string | null;
  is_internal_ops_admin: boolean;
}

const meByPrincipal = query({
  name: 'me.byPrincipal',
  parameters: { principalId: uuid },
  row: { me: builtJson<Me>() },
  text: `with memberships as (
     select a.account_id, a.name, a.display_name, a.avatar_id, s.plan_id, s.status, g.role, g.created_at,
       case s.status when 'ACTIVE' then p.features else '{}' end as features
     from identity.access_grants g join identity.accounts a using (account_id)
     join identity.subscriptions s using (account_id)
     join identity.plans p on p.plan_id = s.plan_id and p.plan_version = s.plan_version
     where g.principal_id = :principalId and g.resource_type = 'account' and g.resource_id = g.account_id
   )
   select json_build_object(
     'user', json_build_object('id', u.user_id, 'email', u.email, 'phone_e164', u.phone_e164, 'status', u.status,
       'preferred_language', u.preferred_language, 'verification_state', json_build_object(
         'email', u.email_verified_at is not null, 'phone', u.phone_verified_at is not null),
       'last_login_at', to_char(u.last_login_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
       'mfa_enabled', exists (select 1 from identity.mfa_factors f
         where f.user_id = u.user_id and f.confirmed_at is not null)),
     'principal_id', u.principal_id,
     'display_name', u.first_name || ' ' || u.last_name,
     'org_memberships', coalesce((select json_agg(json_build_object('org_id', m.account_id, 'org_principal_id', m.account_id,
       'account_id', m.account_id, 'role', m.role, 'org_name', m.name,
       'display_name', m.display_name,
       'avatar_uri', '/v1/media/avatars/' || m.account_id || '/' || m.avatar_id,
       'subscription', json_build_object('plan_id', m.plan_id, 'status', m.status), 'features', m.features)
       order by m.created_at, m.account_id) from memberships m), '[]'),
     'default_org_id', (select m.account_id from memberships m
       where m.account_id = u.default_account_id or (select count(*) from memberships) = 1
       order by m.account_id = u.default_account_id desc limit 1),
     'is_internal_ops_admin', exists (select 1 from identity.platform_roles r
       where r.principal_id = u.principal_id and r.role = 'PLATFORM_ADMIN')) as me
   from identity.users u where u.principal_id = :principalId`,
});

export const meViews = (scope: ReadScope) => ({
  /** The scope's principal with the principal's accounts. */
  async ofPrincipal(): Promise<Me | undefined> {
    const [row] = await scope.read(meByPrincipal, { principalId: scope.principalId });
    if (!row) return undefined;
    const memberships = row.me.org_memberships.map((membership) => ({
      ...membership,
      features: featuresOf(membership.features),
    }));
    return { ...row.me, org_memberships: memberships };
  },
});
