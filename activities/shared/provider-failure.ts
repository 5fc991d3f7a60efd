import { ApplicationFailure } from '@temporalio/common';
import type { DeliveryFailure } from '../../workflows/identity/otp.contract.js';
import { MessageRefused } from './sender.js';

interface ToldFailure {
  reason: DeliveryFailure;
  code: string | undefined;
  failure: ApplicationFailure;
}

/**
 * The failure without the provider's words, since histories keep failures and the words may hold an
 * address or the text.
 */
export function anonymousFailure(error: unknown): ToldFailure {
  const code = codeOf(error);
  if (error instanceof MessageRefused) {
    const reason = 'PROVIDER_REFUSED';
    return {
      reason,
      code,
      failure: ApplicationFailure.nonRetryable('the provider refuses it', reason),
    };
  }
  const reason = 'PROVIDER_FAILED';
  const said = `the provider did not take it${code === undefined ? '' : ` (${code})`}`;
  return { reason, code, failure: ApplicationFailure.retryable(said, reason) };
}

/** Such as ECONNREFUSED, found in the cause of a fetch error. */
function codeOf(error: unknown): string | undefined {
  const { code, cause } = Object(error) as { code?: unknown; cause?: unknown };
  const { code: deeper } = Object(cause) as { code?: unknown };
  return [code, deeper].find(
    (each) => typeof each === 'string' && /^[A-Z0-9_]{1,40}$/.test(each),
  ) as string | undefined;
}
