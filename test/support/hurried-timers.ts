import type { WorkflowInterceptors } from '@temporalio/workflow';

/** An hour of timers is 3.6 seconds. */
export const timesFaster = 1_000;

/** Part of a bundle of a test's: its workflows wait for less than they ask for. */
export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      startTimer: (input, next) =>
        next({ ...input, durationMs: Math.max(1, Math.round(input.durationMs / timesFaster)) }),
    },
  ],
});
