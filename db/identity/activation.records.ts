import type { PlanId } from '../../workflows/identity/plan.contract.js';
import type { Transaction } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { openAccount } from './account.records.js';
import { Principal } from './principal.model.js';
import { User } from './user.model.js';

export const personalAccountName = 'Personal account';

/** Makes a pending user ACTIVE: a principal and a personal account that it owns. One who is active already keeps both. */
export async function activateUser(trx: Transaction, user: User, planId: PlanId): Promise<string> {
  if (user.principalId !== null) return user.principalId;
  const principalId = newId();
  await Principal.query(trx).insert({ principalId, kind: 'USER' });
  await User.query(trx).patch({ principalId, status: 'ACTIVE' }).where({ userId: user.userId });
  await openAccount(trx, { kind: 'PERSONAL', name: personalAccountName, planId, ownerPrincipalId: principalId });
  return principalId;
}
