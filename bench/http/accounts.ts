import { openAccount } from '../../db/identity/account/account.records.js';
import { credentialViews } from '../../db/identity/session/credential.views.js';
import { platformAccountId } from '../../db/connection/database.js';
import { demoLogins, seedDemo } from '../../workers/demo/demo-seed.js';
import type { Stack } from '../shared/stack.js';

const planId = 'pro';

/**
 * Accounts of the owner signed in by `signIn`: an account for each concurrent request, since
 * changes of the same account wait for each other.
 */
export async function openAccounts({ database }: Stack, count: number): Promise<string[]> {
  await seedDemo({ database, planId });
  const platform = { accountId: platformAccountId };
  const owner = await credentialViews(database.reads(platform)).byUsername(
    demoLogins[0]?.email ?? '',
  );
  const ownerPrincipalId = owner?.principalId;
  if (!ownerPrincipalId) throw new Error('the demo has no owner');
  const accountIds: string[] = [];
  while (accountIds.length < count) {
    const name = `Depot ${accountIds.length}`;
    const account = { kind: 'ORGANIZATION', name, planId, ownerPrincipalId } as const;
    accountIds.push(await database.transaction(platform, (scope) => openAccount(scope, account)));
  }
  return accountIds;
}
