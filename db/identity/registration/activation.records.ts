import type { PlanId } from '../../../workflows/identity/plan.contract.js';
import type { WriteScope } from '../../connection/database.js';
import { newId } from '../../shared/id.js';
import { openAccount } from '../account/account.records.js';
import { Principal } from '../account/principal.model.js';
import { User } from '../user/user.model.js';

const personalAccountName = 'Personal account';

/**
 * Makes a pending user ACTIVE, with a principal and a personal account. An active user keeps both.
 */
export async function activateUser(
  scope: WriteScope,
  { userId, principalId: known }: Pick<User, 'userId' | 'principalId'>,
  planId: PlanId,
): Promise<string> {
  if (known !== null) return known;
  const principalId = newId();
  const { transaction } = scope;
  await Principal.query(transaction).insert({ principalId, kind: 'USER' });
  await User.query(transaction).patch({ principalId, status: 'ACTIVE' }).where({ userId });
  await openAccount(scope, {
    kind: 'PERSONAL',
    name: personalAccountName,
    planId,
    ownerPrincipalId: principalId,
  });
  return principalId;
}
