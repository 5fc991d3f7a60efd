import type { Schedules } from '../../api/shared/schedules.js';
import type { Logger } from '../observability/logger.js';

/** Where one workflow is lost, others may be, and one run looks for all. */
const atMostEveryMs = 5_000;

/**
 * Starts a reconciliation of rows and workflows at once after a report of a missing workflow with
 * an open row; the next scheduled run would find the loss too. A lost schedule is noticed by the
 * workers.
 */
export function createLossReporter({
  schedules,
  logger,
}: {
  schedules: Pick<Schedules, 'runNow'>;
  logger: Logger;
}) {
  let askedAt = -Infinity;
  return (workflowId: string): void => {
    if (performance.now() - askedAt < atMostEveryMs) return;
    askedAt = performance.now();
    logger.warn(
      { workflow_id: workflowId },
      'workflow is gone and its row goes on: reconcile runs now',
    );
    schedules.runNow('reconcile').catch((error: unknown) => {
      logger.warn({ err: error }, 'reconcile could not be run now; it runs by its schedule');
    });
  };
}
