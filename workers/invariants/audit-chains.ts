import { auditChainViews } from '../../db/platform/audit/audit.views.js';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import { createAuditVerification, describeFault } from '../audit/audit-verification.js';

const pageSize = 1_000;

/**
 * The first damaged entry of each chain. `audit:verify` checks signatures, as only `audit:verify`
 * has the keys.
 */
export async function chainsBroken(database: Pick<Database, 'reads'>): Promise<string[]> {
  const { page } = auditChainViews(database.reads({ accountId: platformAccountId }));
  const { verifyChain } = createAuditVerification(database);
  const broken: string[] = [];
  for (let after: string | null = null; ;) {
    const accounts: string[] = await page(after, pageSize);
    for (const accountId of accounts) {
      const { fault } = await verifyChain(accountId);
      if (fault) broken.push(describeFault(fault));
    }
    after = accounts.at(-1) ?? null;
    if (after === null || accounts.length < pageSize) return broken;
  }
}
