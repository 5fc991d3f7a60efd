import type { SignedStart } from '../shared/start.js';

export const auditExportWorkflowType = 'auditExportWorkflow';
export const auditExportWorkflowId = (exportId: string): string => `audit-export/${exportId}`;

export interface AuditExportInput {
  accountId: string;
  exportId: string;
}

export const startOfAuditExport = ({ accountId, exportId }: AuditExportInput): SignedStart => ({
  ...{ type: auditExportWorkflowType, id: auditExportWorkflowId(exportId), accounts: [accountId] },
});

export const auditExportStates = ['RUNNING', 'DONE', 'FAILED'] as const;
export type AuditExportState = (typeof auditExportStates)[number];

/** From its end; then it is gone, with its files. */
export const auditExportKeptDays = 30;

/** What an export is made of, by the names that its files have. */
export const auditExportFiles = ['entries.jsonl', 'manifest.json', 'signature.json'] as const;
export type AuditExportFile = (typeof auditExportFiles)[number];
