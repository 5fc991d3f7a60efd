import { failure } from '../../workflows/shared/failure.js';
import { placeOf } from './place.js';
import { isProbe } from '../route/probe.js';
import { createRequestCount } from './request-counts.js';
import type { Call, Layer, Rate } from '../route/route.js';

export interface FloodRates {
  /** All requests from an address, with any caller. */
  address: Rate;
  /** Refused requests of a caller, or of an address without a signed-in caller. */
  refused: Rate;
}

/**
 * Counts requests before the caller is known: each request by address, and each refusal by caller.
 * A signed-in caller is not refused for refusals of others behind the same address.
 */
export function createFloodGuard({ address, refused }: FloodRates) {
  const requests = createRequestCount(address);
  const refusals = createRequestCount(refused);
  const keyOf = ({ caller, clientIp }: Call): string => caller?.principalId ?? placeOf(clientIp);

  return {
    /** Runs before any other layer; probes are never limited. */
    admit({ clientIp, ctx }: Call): void {
      if (isProbe(ctx.path)) return;
      const seconds = requests.take(placeOf(clientIp));
      if (seconds > 0)
        throw failure('RATE_LIMITED', { limit: 'address', retry_after_seconds: seconds });
    },
    /** Runs once the caller is known, before any query. */
    limitRefused: ((_route, next) => (call) => {
      const seconds = refusals.waitSeconds(keyOf(call));
      if (seconds > 0)
        throw failure('RATE_LIMITED', { limit: 'refused', retry_after_seconds: seconds });
      return next(call);
    }) satisfies Layer,
    /** Counts a refusal; answers RATE_LIMITED in place of the refusal after too many. */
    refuse(call: Call, status: number): Error | undefined {
      if (!isRefusal(status)) return undefined;
      const seconds = refusals.take(keyOf(call));
      return seconds > 0
        ? failure('RATE_LIMITED', { limit: 'refused', retry_after_seconds: seconds })
        : undefined;
    },
  };
}
export type FloodGuard = ReturnType<typeof createFloodGuard>;

/** A conflict or a changed version also meets well-behaved clients, and so does not count. */
const isRefusal = (status: number): boolean =>
  status >= 400 && status < 500 && status !== 409 && status !== 412;
