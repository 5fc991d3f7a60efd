import type { AccountRole } from '../../../workflows/identity/account.contract.js';
import { assertOwnerStays, assertWithin } from '../../../workflows/identity/member.rules.js';
import type { UserStatus } from '../../../workflows/identity/user.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import {
  arrayOf,
  boolean,
  integer,
  orNull,
  textOf,
  uuid,
  type Values,
} from '../../connection/column.js';
import { platformAccountId, type WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { endAccess, lockAccess, putRole } from '../account/access.records.js';

const memberStanding = {
  principalId: orNull(uuid),
  status: textOf<UserStatus>(),
  /** On the whole account. */
  role: orNull(textOf<AccountRole>()),
  /** On single resources of the account. */
  grantedRoles: arrayOf(textOf<AccountRole>()),
  hasLeft: boolean,
  actorRole: orNull(textOf<AccountRole>()),
  otherActiveOwners: integer,
};
type MemberStanding = Values<typeof memberStanding> & { principalId: string };

const standingOfMember = query({
  name: 'member.standing',
  parameters: { accountId: uuid, userId: uuid, actorId: orNull(uuid) },
  row: memberStanding,
  text: `with granted as (
     select g.principal_id, g.resource_type, g.role from identity.access_grants g where g.account_id = :accountId)
   select u.principal_id, u.status,
     (select g.role from granted g where g.principal_id = u.principal_id and g.resource_type = 'account') as role,
     array(select g.role from granted g where g.principal_id = u.principal_id and g.resource_type <> 'account') as granted_roles,
     exists (select from identity.revoked_grants r
       where r.account_id = :accountId and r.principal_id = u.principal_id) as has_left,
     (select g.role from granted g where g.principal_id = :actorId and g.resource_type = 'account') as actor_role,
     (select count(*)::int from granted g join identity.users o on o.principal_id = g.principal_id
       where g.resource_type = 'account' and g.role = 'OWNER' and o.status = 'ACTIVE'
         and g.principal_id <> u.principal_id) as other_active_owners
   from identity.users u where u.user_id = :userId`,
});

/**
 * A user's standing in the scope's account, under the lock of the account's row. Undefined for who
 * has no access there and never had.
 */
export async function lockedMember(
  scope: WriteScope,
  userId: string,
): Promise<MemberStanding | undefined> {
  await lockAccess(scope);
  const { accountId, context } = scope;
  // People's rows are the platform's.
  const [member] = await scope.as({ accountId: platformAccountId }, (step) =>
    step.read(standingOfMember, { accountId, userId, actorId: context.principalId ?? null }),
  );
  if (!member?.principalId) return undefined;
  const { principalId } = member;
  const isKnown = member.role !== null || member.grantedRoles.length > 0 || member.hasLeft;
  return isKnown ? { ...member, principalId } : undefined;
}

/** Whether somebody has access now. */
export const isMember = ({ role, grantedRoles }: MemberStanding): boolean =>
  role !== null || grantedRoles.length > 0;

/** The roles that an actor touches by changing a member. */
const rolesOf = ({ role, grantedRoles }: MemberStanding): AccountRole[] =>
  role === null ? [...grantedRoles] : [role, ...grantedRoles];

/** The platform acts as an owner of each account. */
export function actorRoleOf(actor: Actor, { actorRole }: MemberStanding): AccountRole {
  if (actor === 'platform') return 'OWNER';
  if (actorRole === null) throw failure('FORBIDDEN');
  return actorRole;
}

type Actor = 'member' | 'platform';

/** Changes of an account's members, by a member or by the platform. */
export function memberRecords(scope: WriteScope, actor: Actor = 'member') {
  const { accountId } = scope;
  return {
    /** Refused above the actor's own role, and for the last owner. The same role changes nothing. */
    async changeRole(userId: string, role: AccountRole): Promise<void> {
      const member = await lockedMember(scope, userId);
      if (!member || !isMember(member)) throw failure('RESOURCE_NOT_FOUND');
      assertWithin(actorRoleOf(actor, member), role, ...rolesOf(member));
      if (member.role === role) return;
      assertOwnerRemains(member, accountId, role);
      const { principalId, role: previousRole } = member;
      await putRole(scope, { principalId, role, previousRole });
    },

    /** Ends a member's role with all grants; for the actor it is leaving. Again changes nothing. */
    async revoke(userId: string): Promise<void> {
      const member = await lockedMember(scope, userId);
      if (!member) throw failure('RESOURCE_NOT_FOUND');
      if (!isMember(member)) return;
      const isSelf = member.principalId === scope.context.principalId;
      if (!isSelf) assertWithin(actorRoleOf(actor, member), ...rolesOf(member));
      assertOwnerRemains(member, accountId, null);
      await endAccess(scope, member.principalId);
    },
  };
}

function assertOwnerRemains(
  { role, otherActiveOwners }: MemberStanding,
  accountId: string,
  nextRole: AccountRole | null,
): void {
  assertOwnerStays({ accountId, previousRole: role, nextRole, otherActiveOwners });
}
