import type { PlatformRole } from '../../../workflows/identity/staff/platform-role.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { integer, textOf, uuid } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { change, runChange } from '../../shared/outbox.js';
import { platformRoleGranted, platformRoleRevoked } from '../user/user.events.js';

const holder = { principalId: uuid, role: textOf<PlatformRole>() };

const roleGrant = change({
  name: 'platformRole.grant',
  parameters: holder,
  row: { principalId: uuid },
  text: `insert into identity.platform_roles (principal_id, role) values (:principalId, :role)
   on conflict (principal_id, role) do nothing returning principal_id`,
});

const roleEnd = change({
  name: 'platformRole.revoke',
  parameters: holder,
  row: { principalId: uuid },
  text: `delete from identity.platform_roles r where r.principal_id = :principalId and r.role = :role
   returning r.principal_id`,
});

const adminsLock = query({
  name: 'platformRole.lockAdmins',
  text: `select from pg_advisory_xact_lock(hashtextextended('identity.platform_admins', 0))`,
});

const otherAdmins = query({
  name: 'platformRole.otherAdmins',
  parameters: { principalId: uuid },
  row: { count: integer },
  text: `select count(*)::int as count from identity.platform_roles r join identity.users u on u.principal_id = r.principal_id
   where r.role = 'PLATFORM_ADMIN' and u.status = 'ACTIVE' and r.principal_id <> :principalId`,
});

interface RoleHolder {
  userId: string;
  principalId: string;
}

/**
 * Refuses to take away the last platform admin able to sign in. From here on, changes of platform
 * admins wait for each other, and each sees the admins left by the change before.
 */
export async function assertAdminStays(scope: WriteScope, principalId: string): Promise<void> {
  await scope.run(adminsLock, {});
  const [others] = await scope.run(otherAdmins, { principalId });
  if ((others?.count ?? 0) === 0) throw failure('LAST_PLATFORM_ADMIN');
}

/** In the platform's transaction; the same role again changes nothing. */
export async function grantPlatformRole(
  scope: WriteScope,
  { userId, principalId }: RoleHolder,
  role: PlatformRole,
): Promise<void> {
  const payload = { user_id: userId, principal_id: principalId, role };
  const actorPrincipalId = scope.context.principalId ?? null;
  await runChange(scope, roleGrant, { principalId, role }, [
    platformRoleGranted.of({ accountId: null, subjectId: userId, actorPrincipalId, payload }),
  ]);
}

/** Likewise. */
export async function revokePlatformRole(
  scope: WriteScope,
  { userId, principalId }: RoleHolder,
  role: PlatformRole,
): Promise<void> {
  const payload = { user_id: userId, principal_id: principalId, role };
  const actorPrincipalId = scope.context.principalId ?? null;
  await runChange(scope, roleEnd, { principalId, role }, [
    platformRoleRevoked.of({ accountId: null, subjectId: userId, actorPrincipalId, payload }),
  ]);
}
