import type { ErrorCode } from '../../workflows/shared/error-codes.js';
import { asFailure } from '../../workflows/shared/failure.js';

/**
 * Tolerates a failure by the code, for work done already or over: an ended workflow needs neither a
 * start nor a stop.
 */
export async function tolerating(code: ErrorCode, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (asFailure(error)?.code !== code) throw error;
  }
}
