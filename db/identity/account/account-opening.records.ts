import { maxAccountsOfPerson } from '../../../workflows/identity/member.rules.js';
import type { BillingPeriod, PlanId } from '../../../workflows/identity/plan.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import { integer, uuid } from '../../connection/column.js';
import type { Database, WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { User } from '../user/user.model.js';
import { openAccount, type AccountDescription } from './account.records.js';
import { assertOpenPlan } from './subscription.records.js';

interface Organization extends AccountDescription {
  subscription?: { planId: PlanId; billingPeriod: BillingPeriod } | undefined;
}

interface AccountOpeningParts {
  database: Pick<Database, 'transaction'>;
  /** Plan of an account whose opener names none. */
  planId: PlanId;
  /** Larger plans open to everybody. */
  upgrades: readonly PlanId[];
}

const openedCount = query({
  name: 'account.countOpened',
  parameters: { principalId: uuid },
  row: { count: integer },
  text: `select count(*)::int as count from identity.accounts a
   where a.created_by = :principalId and a.kind = 'ORGANIZATION'`,
});

export function createAccountOpeningRecords({ database, planId, upgrades }: AccountOpeningParts) {
  return {
    /** Opens an organisation with the person as the OWNER; returns the account's id. */
    open: (
      principalId: string,
      { subscription, ...description }: Organization,
      audited: AuditedRequest,
    ): Promise<string> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        await assertRoom(scope, principalId);
        const wanted = subscription ?? { planId, billingPeriod: undefined };
        await assertOpenPlan(scope, { from: planId, to: wanted.planId, upgrades });
        const accountId = await openAccount(scope, {
          ...description,
          ...wanted,
          kind: 'ORGANIZATION',
          ownerPrincipalId: principalId,
        });
        await appendAudit(scope, { ...audited, subjectId: accountId, principalId });
        return accountId;
      }),
  };
}
export type AccountOpeningRecords = ReturnType<typeof createAccountOpeningRecords>;

/** Under the lock of the person's row, so that openings at once do not pass the limit. */
async function assertRoom(scope: WriteScope, principalId: string): Promise<void> {
  const user = await User.query(scope.transaction).findOne({ principalId }).forUpdate();
  if (!user) throw failure('UNAUTHENTICATED');
  const [opened] = await scope.run(openedCount, { principalId });
  if ((opened?.count ?? 0) >= maxAccountsOfPerson)
    throw failure('TOO_MANY_ACCOUNTS', { limit: maxAccountsOfPerson });
}
