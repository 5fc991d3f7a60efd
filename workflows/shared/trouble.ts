import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import { isCommandOver } from './command.js';
import { asFailure, type FailureContent } from './failure.js';

const late = 'no answer in time';

/** Why an activity failed, as its workflow sees it. */
export interface Trouble {
  /** Something is away, and the same may succeed once it is back; anything else the next try would meet again. */
  isOutage: boolean;
  /** What somebody is answered who waits for it. */
  content: FailureContent;
  /** For people who look at the workflow: codes and names, never a value. */
  said: string;
}

/**
 * Of an activity's failure, which that of a local one is by itself. Undefined for a cancellation, for a bug of the workflow's, and for what
 * an activity would never do for this workflow: then it fails as it was started.
 */
export function troubleOf(error: unknown): Trouble | undefined {
  if (isCancellation(error)) return undefined;
  const cause = error instanceof ActivityFailure ? error.cause : error;
  // Of our own database, since its transactions alone are waited for here.
  if (cause instanceof TimeoutFailure) return outageOf({ dependency: 'postgres' }, late);
  if (!(cause instanceof ApplicationFailure)) return undefined;
  const known = asFailure(cause);
  if (cause.nonRetryable !== true) return outageOf(known?.details ?? {}, cause.message);
  // Whoever gave the command was told that it did not happen.
  const content = isCommandOver(cause) ? ({ code: 'SERVICE_UNAVAILABLE', details: {} } as const) : known;
  return content && { isOutage: false, content, said: cause.message };
}

/** What an activity's failure says, wherever it comes from. */
export const saidOf = ({ cause, message }: ActivityFailure): string =>
  cause instanceof ApplicationFailure ? cause.message : cause instanceof TimeoutFailure ? late : message;

function outageOf(details: FailureContent['details'], message: string): Trouble {
  const { dependency } = details;
  const who = typeof dependency === 'string' ? `${dependency} is away (${message})` : message;
  return { isOutage: true, content: { code: 'SERVICE_UNAVAILABLE', details }, said: who };
}

const secondMs = 1_000;
const hourMs = 3_600 * secondMs;
const ladders = {
  /** Two minutes at most: an hour of it is some thirty tries, and what waited goes on soon after. */
  outage: { firstMs: secondMs, mostMs: 120 * secondMs },
  /** Until somebody has mended the data or the code. */
  final: { firstMs: hourMs, mostMs: 24 * hourMs },
};

/** How long to wait before the next try, after so many that failed before this one. */
export function pauseMs({ isOutage }: Pick<Trouble, 'isOutage'>, failuresBefore: number): number {
  const { firstMs, mostMs } = isOutage ? ladders.outage : ladders.final;
  return Math.min(firstMs * 2 ** failuresBefore, mostMs);
}
