import { createAccountRecords } from '../../db/identity/account.records.js';
import { createCredentialViews } from '../../db/identity/credential.views.js';
import { demoLogins, seedDemo } from '../../workers/shared/demo-seed.js';
import type { Stack } from '../shared/stack.js';

const planId = 'pro';

/** Accounts of the owner whom `signIn` signs in: as many as ask at once, since changes of one account wait for each other. */
export async function openAccounts({ database }: Stack, count: number): Promise<string[]> {
  await seedDemo({ database, planId });
  const owner = await createCredentialViews(database.read).byUsername(demoLogins[0]?.email ?? '');
  const ownerPrincipalId = owner?.principalId;
  if (!ownerPrincipalId) throw new Error('the demo has no owner');
  const { open } = createAccountRecords({ database });
  const accountIds: string[] = [];
  while (accountIds.length < count)
    accountIds.push(await open({ kind: 'ORGANIZATION', name: `Depot ${accountIds.length}`, planId, ownerPrincipalId }));
  return accountIds;
}
