import { ActivityFailure, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { AuditExportActivities } from '../../activities/platform/audit-export.activities.js';
import { createDetails } from '../shared/details.js';
import { createPatience, proxyTransactions } from '../shared/transactions.js';
import { saidOf } from '../shared/trouble.js';
import type { AuditExportInput } from './audit-export.contract.js';

const { writeAuditExport } = proxyActivities<AuditExportActivities>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '2 minutes',
  scheduleToCloseTimeout: '24 hours',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  summary: 'writes the files of the export',
});
const transactions = proxyTransactions<Pick<AuditExportActivities, 'failAuditExport'>>({
  failAuditExport: 'records that the export has failed',
});

/**
 * The writing of an export of an account's audit log.
 *
 * Starts when an owner asks for the export; the export's id is the workflow's, so asking again
 * writes no second export.
 * Waits for the files to be in the object store, for a day at most.
 * Ends done or failed; the export's row holds the outcome.
 */
export async function auditExportWorkflow(input: AuditExportInput): Promise<void> {
  const details = createDetails();
  const recording = createPatience(transactions, details, 'Recording');
  details.say('Waits for the files to be written');
  try {
    await writeAuditExport(input);
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    details.say(`Ended: the export failed (${saidOf(error)})`);
    return recording.untilDone(({ failAuditExport }) => failAuditExport(input));
  }
  details.say('Ended: the export is done');
}
