import {
  ActivityFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
} from '@temporalio/workflow';
import type { AuditExportActivities } from '../../activities/platform/audit-export.activities.js';
import type { AuditExportInput } from './audit-export.contract.js';

const { writeAuditExport } = proxyActivities<AuditExportActivities>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '2 minutes',
  scheduleToCloseTimeout: '24 hours',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});
const { failAuditExport } = proxyLocalActivities<AuditExportActivities>({ startToCloseTimeout: '5 seconds' });

/**
 * The writing of one export of an account's audit log.
 *
 * Starts when an owner asked for it; the export's id is the workflow's, so asking again writes none a second time.
 * Waits for the files to be in the object store, for a day at most.
 * Ends done or failed; the export's row says which.
 */
export async function auditExportWorkflow(input: AuditExportInput): Promise<void> {
  setCurrentDetails('Waits for the files to be written');
  try {
    await writeAuditExport(input);
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    await failAuditExport(input);
    setCurrentDetails('Ended: the export failed');
    return;
  }
  setCurrentDetails('Ended: the export is done');
}
