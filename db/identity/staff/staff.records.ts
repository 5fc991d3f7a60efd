import type { AccountRole } from '../../../workflows/identity/account.contract.js';
import type { SessionEnd } from '../../../workflows/identity/session.contract.js';
import type { PlatformRole } from '../../../workflows/identity/staff/platform-role.contract.js';
import {
  standingAfter,
  type UserStanding,
  type UserStatusAction,
} from '../../../workflows/identity/staff/user-status.rules.js';
import type { UserStatus } from '../../../workflows/identity/user.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { arrayOf, orNull, textOf, uuid, type Values } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { emitEvents } from '../../shared/outbox.js';
import { accountRecords } from '../account/account.records.js';
import { lockAccess } from '../account/access.records.js';
import { isMember, lockedMember, memberRecords } from '../member/member.records.js';
import { endMfaChallenges } from '../mfa/mfa-challenge.records.js';
import { endSecondFactors, tellMfaChange } from '../mfa/totp.records.js';
import { endSessions } from '../session/session-end.records.js';
import { userStatusChanged } from '../user/user.events.js';
import {
  assertAdminStays,
  grantPlatformRole,
  revokePlatformRole,
} from './platform-role.records.js';

const beforeStatus = {
  statusBeforeLock: orNull(textOf<UserStatus>()),
  statusBeforeDisable: orNull(textOf<UserStatus>()),
};
const target = {
  userId: uuid,
  principalId: orNull(uuid),
  status: textOf<UserStatus>(),
  ...beforeStatus,
  platformRoles: arrayOf(textOf<PlatformRole>()),
};
type Target = Values<typeof target>;

const lockedTarget = query({
  name: 'staff.target',
  parameters: { userId: uuid },
  row: target,
  text: `select u.user_id, u.principal_id, u.status, u.status_before_lock, u.status_before_disable,
     array(select r.role from identity.platform_roles r where r.principal_id = u.principal_id) as platform_roles
   from identity.users u where u.user_id = :userId for no key update`,
});

const statusChange = query({
  name: 'staff.changeStatus',
  parameters: { userId: uuid, status: textOf<UserStatus>(), ...beforeStatus },
  text: `update identity.users u set status = :status, status_before_lock = :statusBeforeLock,
     status_before_disable = :statusBeforeDisable, updated_at = now()
   where u.user_id = :userId`,
});

const orphanedAccounts = query({
  name: 'staff.orphanedAccounts',
  parameters: { principalId: uuid },
  row: { accountId: uuid },
  text: `select g.account_id from identity.access_grants g join identity.accounts a on a.account_id = g.account_id
   where g.principal_id = :principalId and g.resource_type = 'account' and g.role = 'OWNER' and a.kind = 'ORGANIZATION'
     and not exists (select from identity.access_grants o join identity.users u on u.principal_id = o.principal_id
       where o.account_id = g.account_id and o.resource_type = 'account' and o.role = 'OWNER' and u.status = 'ACTIVE')
   order by g.account_id limit 200`,
});

const organisation = query({
  name: 'staff.account',
  parameters: { accountId: uuid },
  row: { accountId: uuid },
  text: 'select a.account_id from identity.accounts a where a.account_id = :accountId',
});

const endOf: Partial<Record<UserStatus, SessionEnd>> = {
  LOCKED: 'USER_LOCKED',
  DISABLED: 'USER_DISABLED',
};

/**
 * Changes of people by the platform's staff, in the platform's transaction. SUPPORT touches no
 * platform admin.
 */
export function staffRecords(scope: WriteScope, actorRole: PlatformRole) {
  return {
    /**
     * Returns the organisations without an owner able to sign in. Sessions and sign-ins under way
     * end with the status; keys open nothing meanwhile.
     */
    async changeStatus(userId: string, action: UserStatusAction): Promise<string[]> {
      const before = await lockTarget(scope, actorRole, userId);
      const after = standingAfter(action, before);
      if (after.status !== before.status) await moveTo(scope, before, after);
      if (before.principalId === null || after.status === 'ACTIVE') return [];
      const { principalId } = before;
      const orphaned = await scope.run(orphanedAccounts, { principalId });
      return orphaned.map(({ accountId }) => accountId);
    },

    async endSessions(userId: string): Promise<void> {
      await lockTarget(scope, actorRole, userId);
      await endSignIns(scope, userId, 'ENDED_BY_ADMIN');
    },

    /** For a person without the second factor any more; again changes nothing. */
    async resetSecondFactor(userId: string): Promise<void> {
      const { principalId } = await lockTarget(scope, actorRole, userId);
      if (!(await endSecondFactors(scope, userId)) || principalId === null) return;
      await tellMfaChange(scope, { userId, principalId }, 'RESET_BY_ADMIN');
    },

    async grantRole(userId: string, role: PlatformRole): Promise<void> {
      const user = await lockTarget(scope, actorRole, userId);
      await grantPlatformRole(scope, activeOf(user), role);
    },

    /** The last platform admin able to sign in stays. */
    async revokeRole(userId: string, role: PlatformRole): Promise<void> {
      const { principalId, platformRoles } = await lockTarget(scope, actorRole, userId);
      if (principalId === null || !platformRoles.includes(role)) return;
      if (role === 'PLATFORM_ADMIN') await assertAdminStays(scope, principalId);
      await revokePlatformRole(scope, { userId, principalId }, role);
    },

    /** Gives a role on an account, to members and others; the account's last owner stays. */
    async grantMembership(accountId: string, userId: string, role: AccountRole): Promise<void> {
      await inAccount(scope, accountId, lockAccess);
      const { principalId } = activeOf(await lockTarget(scope, actorRole, userId));
      await inAccount(scope, accountId, async (step) => {
        const member = await lockedMember(step, userId);
        if (member && isMember(member))
          await memberRecords(step, 'platform').changeRole(userId, role);
        else await accountRecords(step).setRole(principalId, role);
      });
    },

    /** Again changes nothing; the last owner stays here, too. */
    revokeMembership: (accountId: string, userId: string): Promise<void> =>
      inAccount(scope, accountId, (step) => memberRecords(step, 'platform').revoke(userId)),
  };
}

async function lockTarget(
  scope: WriteScope,
  actorRole: PlatformRole,
  userId: string,
): Promise<Target> {
  const [user] = await scope.run(lockedTarget, { userId });
  if (!user) throw failure('RESOURCE_NOT_FOUND');
  if (actorRole === 'SUPPORT' && user.platformRoles.includes('PLATFORM_ADMIN'))
    throw failure('FORBIDDEN', { reason: 'ROLE_ABOVE_OWN', role: actorRole });
  return user;
}

function activeOf({ userId, principalId, status }: Target) {
  if (principalId === null || status !== 'ACTIVE') throw failure('CONFLICT', { status });
  return { userId, principalId };
}

async function moveTo(
  scope: WriteScope,
  { userId, principalId, status, platformRoles }: Target,
  after: UserStanding,
): Promise<void> {
  const isAdmin = platformRoles.includes('PLATFORM_ADMIN');
  if (isAdmin && status === 'ACTIVE' && principalId !== null)
    await assertAdminStays(scope, principalId);
  const { statusBeforeLock, statusBeforeDisable } = after;
  const before = { statusBeforeLock, statusBeforeDisable };
  await scope.run(statusChange, { userId, status: after.status, ...before });
  const payload = { user_id: userId, from: status, to: after.status };
  const actorPrincipalId = scope.context.principalId ?? null;
  await emitEvents(scope, [
    userStatusChanged.of({ accountId: null, subjectId: userId, actorPrincipalId, payload }),
  ]);
  const reason = endOf[after.status];
  if (reason) await endSignIns(scope, userId, reason);
}

async function endSignIns(scope: WriteScope, userId: string, reason: SessionEnd): Promise<void> {
  await endSessions(scope, { userId, reason, actorPrincipalId: scope.context.principalId });
  await endMfaChallenges(scope, userId);
}

async function inAccount(
  scope: WriteScope,
  accountId: string,
  work: (step: WriteScope) => Promise<void>,
): Promise<void> {
  const [known] = await scope.read(organisation, { accountId });
  if (!known) throw failure('RESOURCE_NOT_FOUND');
  const { principalId } = scope.context;
  await scope.as(principalId === undefined ? { accountId } : { accountId, principalId }, work);
}
