import type { WorkflowInterceptors } from '@temporalio/workflow';

/** An hour of timers is 3.6 seconds. */
export const timesFaster = 1_000;

/** Part of a test's bundle: workflows wait for less than asked, and repeat an activity at once. */
export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      startTimer: (input, next) =>
        next({ ...input, durationMs: Math.max(1, Math.round(input.durationMs / timesFaster)) }),
      scheduleLocalActivity(input, next) {
        const options = { ...input.options };
        options.retry = { ...options.retry, initialInterval: 1 };
        return next({ ...input, options });
      },
    },
  ],
});
