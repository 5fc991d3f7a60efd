import {
  startOfAuditExport,
  type AuditExportInput,
} from '../../workflows/platform/audit-export.contract.js';
import { fields, id, type ActivityInput, type InputsOf } from '../shared/input.js';
import type { AuditExportActivities } from './audit-export.activities.js';

const example: AuditExportInput = {
  accountId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f',
  exportId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e30',
};
const input: ActivityInput<[AuditExportInput]> = {
  schemas: [fields({ accountId: id, exportId: id })],
  startOf: ([of]) => startOfAuditExport(of),
  example: [example],
};

export const auditExportInputs: InputsOf<AuditExportActivities> = {
  writeAuditExport: input,
  failAuditExport: input,
};
