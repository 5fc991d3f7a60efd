import { ApplicationFailure } from '@temporalio/common';
import { errorCodes, type ErrorCode } from './error-codes.js';

export type FailureDetails = Record<string, unknown>;

/** The content of a failure, unchanged by wrapping on the way. */
export interface FailureContent {
  code: ErrorCode;
  details: FailureDetails;
}

/**
 * An expected refusal. Crosses activity, workflow and client unchanged and is never retried.
 * Details hold ids, enums and numbers only, since workflow histories keep details.
 */
export function failure(code: ErrorCode, details: FailureDetails = {}): ApplicationFailure {
  return ApplicationFailure.create({
    type: code,
    message: errorCodes[code].message,
    nonRetryable: true,
    details: [details],
  });
}

/**
 * An outage of a dependency. An activity throwing an outage is tried again; a request is answered
 * 503.
 */
export const outage = (
  details: { dependency: string } & FailureDetails,
  cause?: unknown,
): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'SERVICE_UNAVAILABLE',
    message: errorCodes.SERVICE_UNAVAILABLE.message,
    nonRetryable: false,
    details: [details],
    ...(cause instanceof Error ? { cause } : {}),
  });

/** Details of a full disk, with a long wait: no disk grows within a second. */
export const fullDiskOf = <const Dependency extends string>(dependency: Dependency) => ({
  dependency,
  reason: 'DISK_FULL' as const,
  retry_after_seconds: 10,
});

/** Finds the failure in an error or its causes; undefined for a bug or an outage. */
export function asFailure(error: unknown): FailureContent | undefined {
  // A cause chain here is at most update failure → activity failure → application failure; ten is a
  // guard against cycles.
  let current: unknown = error;
  for (let depth = 0; depth < 10 && current instanceof Error; depth += 1) {
    if (current instanceof ApplicationFailure && isErrorCode(current.type)) {
      return {
        code: current.type,
        details: (current.details?.[0] as FailureDetails | undefined) ?? {},
      };
    }
    current = current.cause;
  }
  return undefined;
}

function isErrorCode(type: string | undefined | null): type is ErrorCode {
  return typeof type === 'string' && Object.hasOwn(errorCodes, type);
}
