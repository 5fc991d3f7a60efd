import type { PlanId } from '../../../workflows/identity/plan.contract.js';
import type { PlatformRole } from '../../../workflows/identity/staff/platform-role.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import { uuid } from '../../connection/column.js';
import { platformAccountId, type Database } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { grantPlatformRole } from '../staff/platform-role.records.js';
import { addTrustedUser, type ActiveUser, type TrustedUser } from './trusted-user.records.js';

const bootstrapLock = query({
  name: 'bootstrap.lock',
  text: `select from pg_advisory_xact_lock(hashtext('identity.bootstrap'))`,
});

const bootstraps = query({ name: 'bootstrap.list', text: 'select from identity.bootstraps' });

const newBootstrap = query({
  name: 'bootstrap.add',
  parameters: { userId: uuid },
  text: 'insert into identity.bootstraps (user_id) values (:userId)',
});

export function createAdminRecords({
  database,
  planId,
}: {
  database: Pick<Database, 'transaction'>;
  planId: PlanId;
}) {
  return {
    /**
     * Adds the first platform administrator, ACTIVE at once. Of any number of calls one succeeds,
     * ever.
     */
    bootstrap: (trusted: TrustedUser, audited: AuditedRequest): Promise<ActiveUser> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        await scope.run(bootstrapLock, {});
        const before = await scope.run(bootstraps, {});
        if (before.length > 0) throw failure('ALREADY_BOOTSTRAPPED');
        const admin = await addTrustedUser(scope, trusted, planId);
        const { userId, principalId } = admin;
        await scope.run(newBootstrap, { userId });
        await grantPlatformRole(scope, admin, 'PLATFORM_ADMIN');
        await appendAudit(scope, { ...audited, subjectId: userId, principalId });
        return admin;
      }),

    /** Adds an ACTIVE user with trusted identifiers: for the demo's seed. */
    addUser: (
      trusted: TrustedUser,
      options: { platformRole?: PlatformRole | undefined } = {},
    ): Promise<ActiveUser> =>
      database.transaction({ accountId: platformAccountId }, async (scope) => {
        const user = await addTrustedUser(scope, trusted, planId);
        if (options.platformRole) await grantPlatformRole(scope, user, options.platformRole);
        return user;
      }),
  };
}

export type AdminRecords = ReturnType<typeof createAdminRecords>;
