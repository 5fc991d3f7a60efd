import { ApplicationFailure, CompleteAsyncError, TemporalFailure } from '@temporalio/common';
import { outageOf } from '../../api/shared/outage.js';
import { describeError, summarizeError } from './safe-error.js';

/**
 * An error of an activity as it enters the workflow's history, where a driver's words may repeat a row: refusals and failures that
 * an activity has made by itself go on as they are. An outage is tried again, whatever else is a fault of the data or of our code,
 * which the next try would meet again: it is final.
 */
export function activityFailure(error: unknown): unknown {
  if (error instanceof CompleteAsyncError) return error;
  const isOwn = error instanceof TemporalFailure;
  const outage = isOwn && !(error instanceof ApplicationFailure) ? undefined : outageOf(error);
  if (outage) return inWords(error, { type: 'SERVICE_UNAVAILABLE', nonRetryable: false, details: [outage] });
  if (error instanceof ApplicationFailure) return error.cause ? withoutCause(error) : error;
  // The SDK knows by it that the activity was called off.
  if (isOwn || nameOf(error) === 'AbortError') return error;
  // What was late says nothing of what it would have answered.
  return inWords(error, { type: 'INTERNAL_ERROR', nonRetryable: nameOf(error) !== 'TimeoutError', details: [{}] });
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
    ...{ message, type: type ?? 'Error', nonRetryable: nonRetryable ?? false, details: details ?? [] },
    ...(category ? { category } : {}),
    ...(nextRetryDelay ? { nextRetryDelay } : {}),
  });
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
