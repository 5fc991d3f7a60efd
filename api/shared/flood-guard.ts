import { failure } from '../../workflows/shared/failure.js';
import { placeOf } from './place.js';
import { isProbe } from './probe.js';
import { createRequestCount } from './request-counts.js';
import type { Call, Layer, Rate } from './route.js';

export interface FloodRates {
  /** All requests from an address, whoever makes them. */
  address: Rate;
  /** Refused ones, of a caller, or of an address where nobody has signed in. */
  refused: Rate;
}

/**
 * Counts what costs before anybody knows who asks: each request by its address, and each refusal by its caller. A caller who is
 * signed in is not refused for what others behind the same address have been refused.
 */
export function createFloodGuard({ address, refused }: FloodRates) {
  const requests = createRequestCount(address);
  const refusals = createRequestCount(refused);
  const keyOf = ({ caller, clientIp }: Call): string => caller?.principalId ?? placeOf(clientIp);

  return {
    /** Before anything else; a probe is answered however many there are. */
    admit({ clientIp, ctx }: Call): void {
      if (isProbe(ctx.path)) return;
      const seconds = requests.take(placeOf(clientIp));
      if (seconds > 0) throw failure('RATE_LIMITED', { limit: 'address', retry_after_seconds: seconds });
    },
    /** Once the caller is known, and before that costs a query. */
    limitRefused: ((_route, next) => (call) => {
      const seconds = refusals.waitSeconds(keyOf(call));
      if (seconds > 0) throw failure('RATE_LIMITED', { limit: 'refused', retry_after_seconds: seconds });
      return next(call);
    }) satisfies Layer,
    /** Counts a refusal; answers what is said instead of it to whom has had too many. */
    refuse(call: Call, status: number): Error | undefined {
      if (!isRefusal(status)) return undefined;
      const seconds = refusals.take(keyOf(call));
      return seconds > 0 ? failure('RATE_LIMITED', { limit: 'refused', retry_after_seconds: seconds }) : undefined;
    },
  };
}
export type FloodGuard = ReturnType<typeof createFloodGuard>;

/** A conflict, or a version that has changed, is what clients in order meet. */
const isRefusal = (status: number): boolean => status >= 400 && status < 500 && status !== 409 && status !== 412;
