import { errorCodes, type ErrorCode } from '../../workflows/shared/error-codes.js';
import { failure, type FailureDetails } from '../../workflows/shared/failure.js';

/**
 * SQLSTATE of `raise exception using errcode = 'MR001'`, with a failure's code as message and the
 * details as JSON in the detail.
 */
const refusedState = 'MR001';

interface Raised {
  code?: string;
  message?: string;
  detail?: string;
}

/** Turns a refusal raised in SQL into the failure; returns any other error unchanged. */
export function asRefusal(error: unknown): unknown {
  // objection wraps the driver's error.
  const { nativeError } = Object(error) as { nativeError?: Raised };
  const { code, message, detail } = nativeError ?? (Object(error) as Raised);
  if (code !== refusedState) return error;
  // knex puts the statement before the message.
  const name = message?.split(' - ').at(-1) ?? '';
  if (!Object.hasOwn(errorCodes, name)) return error;
  return failure(
    name as ErrorCode,
    detail === undefined ? {} : (JSON.parse(detail) as FailureDetails),
  );
}
