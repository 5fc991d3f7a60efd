import { uuid } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const mostAccounts = 500;
const accountsWithRefusals = query({
  name: 'refusals.accounts',
  row: { accountId: uuid },
  text: `select distinct r.account_id from devices.access_refusals r limit ${mostAccounts}`,
});

export const accessRefusalViews = (scope: ReadScope) => ({
  /** Accounts with refusals from the gateway not reported yet; in the platform's context. */
  accounts: async (): Promise<string[]> =>
    (await scope.read(accountsWithRefusals, {})).map(({ accountId }) => accountId),
});
