import { errorCodes, type ErrorCode } from '../../workflows/shared/error-codes.js';
import type { ErrorKind } from '../../workflows/shared/error-kinds.js';
import { asFailure, type FailureContent } from '../../workflows/shared/failure.js';
import type { Headers } from '../route/route.js';
import { outageOf } from '../shared/outage.js';

/** The only place where a failure becomes an HTTP status. */
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

interface ErrorReply {
  status: number;
  headers: Headers;
  body: {
    error_code: ErrorCode;
    message: string;
    details: Record<string, unknown>;
    request_id: string;
  };
}

const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The reply for an error. A bug answers INTERNAL_ERROR without details. A
 * refusal on an account names the path's account, whether the account exists or not.
 */
export function errorReply(error: unknown, requestId: string, pathAccount = ''): ErrorReply {
  const { code, details: ownDetails } = classify(error);
  const status = statusOf(code);
  const isOnAccount = status === 403 && uuidShape.test(pathAccount);
  const details = isOnAccount ? { org_id: pathAccount, ...ownDetails } : ownDetails;
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
