import type { ErrorCode } from '../../workflows/shared/error-codes.js';
import { asFailure } from '../../workflows/shared/failure.js';

/** For what has been done already, or is over: a workflow that has ended needs neither starting nor stopping. */
export async function tolerating(code: ErrorCode, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (asFailure(error)?.code !== code) throw error;
  }
}
