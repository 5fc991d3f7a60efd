import { errorCodes, type ErrorCode, type ErrorKind } from '../../workflows/shared/error-codes.js';
import { asFailure, type FailureContent } from '../../workflows/shared/failure.js';
import type { Headers } from './route.js';
import { outageOf } from './outage.js';

/** The one place where a failure becomes an HTTP status. */
const statusOfKind: Record<ErrorKind, number> = {
  malformed: 400,
  unauthenticated: 401,
  refused: 403,
  notFound: 404,
  methodNotAllowed: 405,
  conflict: 409,
  stale: 412,
  tooLarge: 413,
  unsupported: 415,
  misdirected: 421,
  invalid: 422,
  preconditionRequired: 428,
  limited: 429,
  internal: 500,
  unavailable: 503,
};
export const statusOf = (code: ErrorCode): number => statusOfKind[errorCodes[code].kind];

export interface ErrorReply {
  status: number;
  headers: Headers;
  body: { error_code: ErrorCode; message: string; details: Record<string, unknown>; request_id: string };
}

/** What to answer. Of a bug nothing is told but that there was one. */
export function errorReply(error: unknown, requestId: string): ErrorReply {
  const { code, details } = classify(error);
  const status = statusOf(code);
  const retryAfter = details['retry_after_seconds'] ?? (status === 503 ? 1 : undefined);
  return {
    status,
    headers: {
      ...(code === 'UNAUTHENTICATED' ? { 'WWW-Authenticate': 'Bearer' } : {}),
      ...(typeof retryAfter === 'number' ? { 'Retry-After': String(Math.ceil(retryAfter)) } : {}),
    },
    body: { error_code: code, message: errorCodes[code].message, details, request_id: requestId },
  };
}

function classify(error: unknown): FailureContent {
  const known = asFailure(error);
  if (known) return known;
  const outage = outageOf(error);
  if (outage) return { code: 'SERVICE_UNAVAILABLE', details: { ...outage } };
  return { code: 'INTERNAL_ERROR', details: {} };
}
