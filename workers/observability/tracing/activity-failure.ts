import { ApplicationFailure, CompleteAsyncError, TemporalFailure } from '@temporalio/common';
import { outageOf } from '../../../api/shared/outage.js';
import { describeError, summarizeError } from '../safe-error.js';

/**
 * An activity's error on the way into the workflow's history, where a driver's message may repeat a
 * row: refusals and failures made by the activity go on unchanged. An outage is tried again. Any
 * other error is a fault of the data or of the code; the next try would fail as well, so the error
 * is final.
 */
export function activityFailure(error: unknown): unknown {
  if (error instanceof CompleteAsyncError) return error;
  const isOwn = error instanceof TemporalFailure;
  const outage = isOwn && !(error instanceof ApplicationFailure) ? undefined : outageOf(error);
  if (outage)
    return inWords(error, { type: 'SERVICE_UNAVAILABLE', nonRetryable: false, details: [outage] });
  if (error instanceof ApplicationFailure) return error.cause ? withoutCause(error) : error;
  // The SDK recognizes a cancelled activity by the error.
  if (isOwn || nameOf(error) === 'AbortError') return error;
  // A timeout says nothing of the answer.
  return inWords(error, {
    type: 'INTERNAL_ERROR',
    nonRetryable: nameOf(error) !== 'TimeoutError',
    details: [{}],
  });
}

function inWords(
  error: unknown,
  what: { type: string; nonRetryable: boolean; details: unknown[] },
): ApplicationFailure {
  const { stack = [] } = describeError(error);
  const failure = ApplicationFailure.create({ message: summarizeError(error), ...what });
  failure.stack = stack.map((frame) => `    at ${frame}`).join('\n');
  return failure;
}

function withoutCause(error: ApplicationFailure): ApplicationFailure {
  const { message, type, nonRetryable, details, nextRetryDelay, category } = error;
  return ApplicationFailure.create({
    message,
    type: type ?? 'Error',
    nonRetryable: nonRetryable ?? false,
    details: details ?? [],
    ...(category ? { category } : {}),
    ...(nextRetryDelay ? { nextRetryDelay } : {}),
  });
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
