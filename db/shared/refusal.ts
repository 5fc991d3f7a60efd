import { errorCodes, type ErrorCode } from '../../workflows/shared/error-codes.js';
import { failure, type FailureDetails } from '../../workflows/shared/failure.js';

/** The state of `raise exception using errcode = 'MR001'`: its message is a code of ours, its detail the details as JSON. */
const refusedState = 'MR001';

interface Raised {
  code?: string;
  message?: string;
  detail?: string;
}

/** A refusal that SQL has raised as the failure it is; any other error as it came. */
export function asRefusal(error: unknown): unknown {
  // objection wraps what the driver said.
  const { nativeError } = Object(error) as { nativeError?: Raised };
  const { code, message, detail } = nativeError ?? (Object(error) as Raised);
  if (code !== refusedState) return error;
  // knex puts the statement before it.
  const name = message?.split(' - ').at(-1) ?? '';
  if (!Object.hasOwn(errorCodes, name)) return error;
  return failure(name as ErrorCode, detail === undefined ? {} : (JSON.parse(detail) as FailureDetails));
}
