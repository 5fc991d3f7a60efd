import { ApplicationFailure } from '@temporalio/common';
import type { AuditExportActivities } from '../../activities/platform/audit-export.activities.js';
import {
  auditExportWorkflowId,
  auditExportWorkflowType,
  type AuditExportInput,
} from '../../workflows/platform/audit-export.contract.js';
import { newId } from '../../db/shared/id.js';
import type { TestTemporal } from '../support/temporal.js';
import type { Played } from './recording.js';

/** One that is written, and one that cannot be. */
export async function playAuditExports(temporal: TestTemporal): Promise<Played> {
  const hopeless = newId();
  const activities: AuditExportActivities = {
    writeAuditExport: async ({ exportId }) => {
      if (exportId === hopeless) throw ApplicationFailure.nonRetryable('changed', 'EXPORT_CHANGED');
    },
    failAuditExport: async () => {},
  };
  const { taskQueue } = await temporal.startWorker('platform', activities);
  const run = (exportId: string) => {
    const input: AuditExportInput = { accountId: newId(), exportId };
    return temporal.client.workflow.start(auditExportWorkflowType, {
      ...{ taskQueue, workflowId: auditExportWorkflowId(exportId), args: [input] },
    });
  };
  const played = { done: await run(newId()), failed: await run(hopeless) };
  await Promise.all(Object.values(played).map((handle) => handle.result()));
  return played;
}
