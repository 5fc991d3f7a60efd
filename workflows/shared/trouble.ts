import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';
import { isCommandOver } from './command.js';
import { asFailure, type FailureContent } from './failure.js';

const late = 'no answer in time';

/** The cause of an activity's failure, for the workflow. */
export interface Trouble {
  /**
   * True if a retry may succeed once a dependency is back; other trouble would meet a retry again.
   */
  isOutage: boolean;
  /** The answer to a waiting caller. */
  content: FailureContent;
  /** For people looking at the workflow: codes and names, never a value. */
  summary: string;
}

/**
 * The trouble of an activity's failure; a local activity throws the cause itself. Undefined for a
 * cancellation, a bug of the workflow, or a refusal no correct workflow meets: the workflow then
 * fails.
 */
export function troubleOf(error: unknown): Trouble | undefined {
  if (isCancellation(error)) return undefined;
  const cause = error instanceof ActivityFailure ? error.cause : error;
  // Only transactions of Millrace's own database time out here.
  if (cause instanceof TimeoutFailure) return outageOf({ dependency: 'postgres' }, late);
  if (!(cause instanceof ApplicationFailure)) return undefined;
  const causeContent = asFailure(cause);
  if (cause.nonRetryable !== true) return outageOf(causeContent?.details ?? {}, cause.message);
  // The command's caller was answered with an outage.
  const content = isCommandOver(cause)
    ? ({ code: 'SERVICE_UNAVAILABLE', details: {} } as const)
    : causeContent;
  return content && { isOutage: false, content, summary: cause.message };
}

/** The message of an activity's failure, local or not. */
export const saidOf = ({ cause, message }: ActivityFailure): string =>
  cause instanceof ApplicationFailure
    ? cause.message
    : cause instanceof TimeoutFailure
      ? late
      : message;

function outageOf(details: FailureContent['details'], message: string): Trouble {
  const { dependency } = details;
  const who = typeof dependency === 'string' ? `${dependency} is away (${message})` : message;
  return { isOutage: true, content: { code: 'SERVICE_UNAVAILABLE', details }, summary: who };
}

const secondMs = 1_000;
const hourMs = 3_600 * secondMs;
const ladders = {
  /**
   * Two minutes at most: an hour of outage is some thirty tries, and waiting work goes on soon
   * after.
   */
  outage: { firstMs: secondMs, mostMs: 120 * secondMs },
  /** Until somebody has mended the data or the code. */
  final: { firstMs: hourMs, mostMs: 24 * hourMs },
};

/** Pause before the next try, by the number of failed tries. */
export function pauseMs({ isOutage }: Pick<Trouble, 'isOutage'>, failuresBefore: number): number {
  const { firstMs, mostMs } = isOutage ? ladders.outage : ladders.final;
  return Math.min(firstMs * 2 ** failuresBefore, mostMs);
}
