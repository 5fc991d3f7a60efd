import type { PlanId } from '../../workflows/identity/plan.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { auditRequest } from '../shared/audit.js';
import type { Database, Transaction } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import { activateUser } from './activation.records.js';
import { revokeOpenOtps } from './otp.records.js';
import { platformRoleGranted } from './user.events.js';
import { User } from './user.model.js';
import { savePendingUser, type Registration } from './user.records.js';

export interface ActiveUser {
  userId: string;
  principalId: string;
}

export function createAdminRecords({ database, planId }: { database: Database; planId: PlanId }) {
  return {
    /** The first platform administrator, ACTIVE at once. Of any number of calls one succeeds, ever. */
    bootstrap: (registration: Registration): Promise<ActiveUser> =>
      database.inPlatform(async (trx) => {
        await trx.raw(`select pg_advisory_xact_lock(hashtext('identity.bootstrap'))`);
        const { rows } = await trx.raw<{ rows: unknown[] }>('select 1 from identity.bootstraps');
        if (rows.length > 0) throw failure('ALREADY_BOOTSTRAPPED');
        const admin = await saveTrustedUser(trx, registration, planId);
        await trx.raw('insert into identity.bootstraps (user_id) values (?)', [admin.userId]);
        await grantPlatformAdmin(trx, admin);
        await auditRequest(trx, { subjectId: admin.userId, principalId: admin.principalId });
        return admin;
      }),

    /** An ACTIVE user whose identifiers are believed: for the demo's seed. */
    addUser: (registration: Registration, options: { isPlatformAdmin: boolean }): Promise<ActiveUser> =>
      database.inPlatform(async (trx) => {
        const user = await saveTrustedUser(trx, registration, planId);
        if (options.isPlatformAdmin) await grantPlatformAdmin(trx, user);
        return user;
      }),
  };
}

export type AdminRecords = ReturnType<typeof createAdminRecords>;

async function saveTrustedUser(trx: Transaction, registration: Registration, planId: PlanId): Promise<ActiveUser> {
  const user = await savePendingUser(trx, registration);
  await revokeOpenOtps(trx, user.userId);
  const now = trx.fn.now() as unknown as string;
  await User.query(trx)
    .patch({ emailVerifiedAt: user.email === null ? null : now, phoneVerifiedAt: user.phoneE164 === null ? null : now })
    .where({ userId: user.userId });
  return { userId: user.userId, principalId: await activateUser(trx, user, planId) };
}

async function grantPlatformAdmin(trx: Transaction, { userId, principalId }: ActiveUser): Promise<void> {
  const role = 'PLATFORM_ADMIN';
  await trx.raw('insert into identity.platform_roles (principal_id, role) values (?, ?)', [principalId, role]);
  const payload = { user_id: userId, principal_id: principalId, role: 'PLATFORM_ADMIN' as const };
  await emitEvents(trx, [platformRoleGranted.of({ accountId: null, subjectId: userId, payload })]);
}
