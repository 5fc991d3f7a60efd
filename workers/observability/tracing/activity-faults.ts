import { ApplicationFailure } from '@temporalio/common';
import { asFailure } from '../../../workflows/shared/failure.js';
import type { Logger } from '../logger.js';

/** Logs failures of activities, also of local activities, where Temporal shows nothing. */
export interface ActivityFaults {
  /** `error` as thrown, `failure` as it goes on. */
  note(activity: string, error: unknown, failure: unknown): void;
}

/**
 * During an outage, each affected activity has a line in so much time, however many workflows wait.
 */
const quietMs = 5_000;

export function createActivityFaults(logger: Logger, now: () => number = Date.now): ActivityFaults {
  const waits = new Map<string, { lastMs: number; count: number }>();
  return {
    note(activity, error, failure) {
      if (!(failure instanceof ApplicationFailure)) return;
      const code = asFailure(failure)?.code;
      if (code === 'INTERNAL_ERROR' && failure.nonRetryable === true)
        return logger.error(
          { activity, err: error },
          'an activity failed, and is not tried again as it is',
        );
      // A refusal is an answer.
      if (failure.nonRetryable === true) return;
      const reason = `${activity} ${failure.message}`;
      const wait = waits.get(reason) ?? { lastMs: -Infinity, count: 0 };
      waits.set(reason, wait);
      wait.count += 1;
      if (now() - wait.lastMs < quietMs) return;
      logger.warn(
        { activity, count: wait.count, err: error },
        'an activity failed, and is tried again',
      );
      waits.set(reason, { lastMs: now(), count: 0 });
      if (waits.size > maxReasons) waits.clear();
    },
  };
}

/** Messages are made of few codes and names; at more reasons than the limit, all are forgotten. */
const maxReasons = 1_000;
