import { createAuditViews } from '../../db/platform/audit.views.js';
import type { Database } from '../../db/shared/database.js';
import { createAuditVerification, describeFault } from '../shared/audit-verification.js';

const pageSize = 1_000;

/** The first entry of each chain that is not what was written. Signatures are `audit:verify`'s, which is given the keys. */
export async function chainsBroken(database: Database): Promise<string[]> {
  const views = createAuditViews(database.read);
  const { verifyChain } = createAuditVerification(database);
  const broken: string[] = [];
  for (let after: string | null = null; ;) {
    const accounts: string[] = await views.chains(after, pageSize);
    for (const accountId of accounts) {
      const { fault } = await verifyChain(accountId);
      if (fault) broken.push(describeFault(fault));
    }
    after = accounts.at(-1) ?? null;
    if (after === null || accounts.length < pageSize) return broken;
  }
}
