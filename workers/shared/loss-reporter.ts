import type { Schedules } from '../../api/shared/schedules.js';
import type { Logger } from './logger.js';

/** Where one workflow is lost, others may be, and one run looks for them all. */
const atMostEveryMs = 5_000;

/**
 * Has rows and workflows reconciled at once where somebody has found a workflow gone whose row goes on; it would else be found
 * by the next run. Where the schedule is lost as well, the workers see that by themselves.
 */
export function createLossReporter({ schedules, logger }: { schedules: Pick<Schedules, 'runNow'>; logger: Logger }) {
  let askedAt = -Infinity;
  return (workflowId: string): void => {
    if (performance.now() - askedAt < atMostEveryMs) return;
    askedAt = performance.now();
    logger.warn({ workflow_id: workflowId }, 'workflow is gone and its row goes on: reconcile runs now');
    schedules.runNow('reconcile').catch((error: unknown) => {
      logger.warn({ err: error }, 'reconcile could not be run now; it runs by its schedule');
    });
  };
}
