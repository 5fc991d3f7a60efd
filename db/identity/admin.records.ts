import type { Identifiers } from '../../workflows/identity/user.contract.js';
import { recipientsOf } from '../../workflows/identity/user.rules.js';
import type { PlanId } from '../../workflows/identity/plan.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { auditRequest } from '../shared/audit.js';
import type { Database, Transaction } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import { activateUser } from './activation.records.js';
import { assertUnproved, lockIdentifiers } from './identifier.records.js';
import { endRegistrations } from './registration-end.records.js';
import { platformRoleGranted } from './user.events.js';
import { User } from './user.model.js';
import { addPendingUser } from './user.records.js';

/** Of somebody whose identifiers are believed without a code. */
export interface TrustedUser {
  identifiers: Identifiers;
  passwordHash: string;
}

export interface ActiveUser {
  userId: string;
  principalId: string;
}

export function createAdminRecords({ database, planId }: { database: Database; planId: PlanId }) {
  return {
    /** The first platform administrator, ACTIVE at once. Of any number of calls one succeeds, ever. */
    bootstrap: (trusted: TrustedUser): Promise<ActiveUser> =>
      database.inPlatform(async (trx) => {
        await trx.raw(`select pg_advisory_xact_lock(hashtext('identity.bootstrap'))`);
        const { rows } = await trx.raw<{ rows: unknown[] }>('select 1 from identity.bootstraps');
        if (rows.length > 0) throw failure('ALREADY_BOOTSTRAPPED');
        const admin = await addTrustedUser(trx, trusted, planId);
        await trx.raw('insert into identity.bootstraps (user_id) values (?)', [admin.userId]);
        await grantPlatformAdmin(trx, admin);
        await auditRequest(trx, { subjectId: admin.userId, principalId: admin.principalId });
        return admin;
      }),

    /** An ACTIVE user whose identifiers are believed: for the demo's seed. */
    addUser: (trusted: TrustedUser, options: { isPlatformAdmin: boolean }): Promise<ActiveUser> =>
      database.inPlatform(async (trx) => {
        const user = await addTrustedUser(trx, trusted, planId);
        if (options.isPlatformAdmin) await grantPlatformAdmin(trx, user);
        return user;
      }),
  };
}

export type AdminRecords = ReturnType<typeof createAdminRecords>;

async function addTrustedUser(trx: Transaction, trusted: TrustedUser, planId: PlanId): Promise<ActiveUser> {
  const { identifiers, passwordHash } = trusted;
  const { email, phoneE164 } = identifiers;
  await lockIdentifiers(trx, identifiers);
  await assertUnproved(trx, identifiers);
  const userId = await addPendingUser(trx, identifiers);
  const now = trx.fn.now() as unknown as string;
  const user = await User.query(trx).patchAndFetchById(userId, {
    passwordHash,
    emailVerifiedAt: email === undefined ? null : now,
    phoneVerifiedAt: phoneE164 === undefined ? null : now,
  });
  for (const recipient of recipientsOf(identifiers)) await endRegistrations(trx, userId, recipient);
  return { userId, principalId: await activateUser(trx, user, planId) };
}

async function grantPlatformAdmin(trx: Transaction, { userId, principalId }: ActiveUser): Promise<void> {
  const role = 'PLATFORM_ADMIN';
  await trx.raw('insert into identity.platform_roles (principal_id, role) values (?, ?)', [principalId, role]);
  const payload = { user_id: userId, principal_id: principalId, role: 'PLATFORM_ADMIN' as const };
  await emitEvents(trx, [platformRoleGranted.of({ accountId: null, subjectId: userId, payload })]);
}
