import { Type } from 'typebox';
import { defineEvent } from '../../shared/event.js';

/** An owner wants a copy of the account's audit log. */
export const auditExportRequested = defineEvent({
  type: 'AUDIT_EXPORT_REQUESTED',
  version: 1,
  topic: 'platform.audit_export.requested',
  subjectType: 'audit-export',
  payload: Type.Object(
    { export_id: Type.String({ format: 'uuid' }) },
    { additionalProperties: false },
  ),
  example: { export_id: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f' },
});
