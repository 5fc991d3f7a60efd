import { Type } from 'typebox';
import {
  auditExportFiles,
  auditExportKeptDays,
  auditExportStates,
} from '../../workflows/platform/audit-export.contract.js';
import {
  component,
  nullable,
  closedObject,
  progress,
  status,
  timestamp,
  uuid,
} from '../route/schema.js';

export const exportFileName = status(...auditExportFiles);
export const requestedExport = closedObject({ export_id: uuid });

export const auditExport = component(
  'AuditExport',
  closedObject({
    export_id: uuid,
    status: status(...auditExportStates),
    requested_at: timestamp,
    finished_at: nullable(timestamp),
    expires_at: nullable({
      ...timestamp,
      description: `${auditExportKeptDays} days after its end it is gone, with its files`,
    }),
    progress: progress('entries', 'Null until the copying begins'),
    files: Type.Array(
      closedObject({
        name: exportFileName,
        href: Type.String({
          examples: ['/v1/accounts/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f/audit/exports/…'],
        }),
      }),
      { maxItems: auditExportFiles.length, description: 'None until it is done' },
    ),
  }),
);
