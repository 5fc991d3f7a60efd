import { ApplicationFailure } from '@temporalio/common';
import type { AuditExportActivities } from '../../activities/platform/audit-export.activities.js';
import {
  auditExportWorkflowId,
  auditExportWorkflowType,
  type AuditExportInput,
} from '../../workflows/platform/audit-export.contract.js';
import { newId } from '../../db/shared/id.js';
import type { TestTemporal } from '../support/servers/temporal.js';
import type { Played } from './recording.js';

/** A written export, and an export that cannot be written. */
export async function play(temporal: TestTemporal): Promise<Played> {
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
      taskQueue,
      workflowId: auditExportWorkflowId(exportId),
      args: [input],
    });
  };
  const played = { done: await run(newId()), failed: await run(hopeless) };
  await Promise.all(Object.values(played).map((handle) => handle.result()));
  return played;
}
