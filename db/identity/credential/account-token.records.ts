import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import type { Database } from '../../connection/database.js';

export const createAccountTokenRecords = ({ database }: { database: Database }) => ({
  /**
   * Tells the audit log of a token for the principal, beside the sign-ins. The token is stored
   * nowhere.
   */
  async recordIssue(
    { accountId, principalId }: { accountId: string; principalId: string },
    audited: AuditedRequest,
  ): Promise<void> {
    await database.transaction(platformContextOf(audited), (scope) =>
      appendAudit(scope, { ...audited, subjectId: accountId, principalId }),
    );
  },
});

export type AccountTokenRecords = ReturnType<typeof createAccountTokenRecords>;
