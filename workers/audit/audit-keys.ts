import { platformAccountId } from '../../db/connection/database.js';
import {
  auditKeyRecords,
  type AuditKeyRecords,
} from '../../db/platform/audit/audit-key.records.js';
import type { Resources } from '../process/resources.js';

/** The keys of exports, checkpoints and witnesses; each call is a transaction of its own. */
export function openAuditKeys({
  config,
  database,
}: Pick<Resources, 'config' | 'database'>): AuditKeyRecords {
  const sealKey = Buffer.from(config.deriveKey('audit keys'), 'hex');
  return {
    loadOrCreate: () =>
      database.transaction({ accountId: platformAccountId }, (scope) =>
        auditKeyRecords(scope, { sealKey }).loadOrCreate(),
      ),
  };
}
