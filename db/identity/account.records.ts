import type { AccountKind, AccountRole } from '../../workflows/identity/account.contract.js';
import type { PlanId } from '../../workflows/identity/plan.contract.js';
import { platformAccountId } from '../shared/context.js';
import type { Database, Transaction } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { AccessGrant } from './access-grant.model.js';
import { accountCreated, orgMembershipChanged } from './account.events.js';
import { Account } from './account.model.js';
import { Principal } from './principal.model.js';
import { subscribe } from './subscription.records.js';

export interface NewAccount {
  kind: AccountKind;
  name: string;
  planId: PlanId;
  ownerPrincipalId: string;
}

/** An account with its first OWNER, in the caller's transaction of the platform. Answers its id. */
export async function openAccount(
  trx: Transaction,
  { ownerPrincipalId, planId, ...account }: NewAccount,
): Promise<string> {
  const accountId = newId();
  await Principal.query(trx).insert({ principalId: accountId, kind: 'ORGANIZATION' });
  await Account.query(trx).insert({ accountId, ...account });
  await subscribe(trx, accountId, planId);
  const grant = { accountId, principalId: ownerPrincipalId, role: 'OWNER' as const };
  await AccessGrant.query(trx).insert({ ...grant, resourceType: 'account', resourceId: accountId });
  // The account's own events, written by the platform: its context counts as their second party.
  const ours = {
    accountId,
    counterpartAccountId: platformAccountId,
    subjectId: accountId,
    actorPrincipalId: ownerPrincipalId,
  };
  await emitEvents(trx, [
    accountCreated.of({ ...ours, payload: { account_id: accountId, kind: account.kind } }),
    orgMembershipChanged.of({
      ...ours,
      payload: { account_id: accountId, principal_id: ownerPrincipalId, role: 'OWNER' },
    }),
  ]);
  return accountId;
}

export function createAccountRecords({ database }: { database: Database }) {
  return {
    open: (account: NewAccount): Promise<string> => database.inPlatform((trx) => openAccount(trx, account)),

    /** Gives a principal its role on an account; the same role again changes nothing. */
    setRole: (accountId: string, principalId: string, role: AccountRole): Promise<void> =>
      database.inAccount(accountId, async (trx) => {
        const key = { accountId, principalId, resourceType: 'account', resourceId: accountId };
        const held = await AccessGrant.query(trx).findOne(key).forUpdate();
        if (held?.role === role) return;
        if (held) await AccessGrant.query(trx).patch({ role }).where(key);
        else await AccessGrant.query(trx).insert({ ...key, role });
        const payload = { account_id: accountId, principal_id: principalId, role };
        await emitEvents(trx, [orgMembershipChanged.of({ accountId, subjectId: accountId, payload })]);
      }),
  };
}

export type AccountRecords = ReturnType<typeof createAccountRecords>;
