import type { SignedStart } from '../shared/start.js';

export const auditExportWorkflowType = 'auditExportWorkflow';
export const auditExportWorkflowId = (exportId: string): string => `audit-export/${exportId}`;

export interface AuditExportInput {
  accountId: string;
  exportId: string;
}

export const startOfAuditExport = ({ accountId, exportId }: AuditExportInput): SignedStart => ({
  type: auditExportWorkflowType,
  id: auditExportWorkflowId(exportId),
  accounts: [accountId],
});

export const auditExportStates = ['RUNNING', 'DONE', 'FAILED'] as const;
export type AuditExportState = (typeof auditExportStates)[number];

/** Days from the export's end to the removal of the export with all files. */
export const auditExportKeptDays = 30;

/** The files of an export, by name. */
export const auditExportFiles = ['entries.jsonl', 'manifest.json', 'signature.json'] as const;
export type AuditExportFile = (typeof auditExportFiles)[number];
