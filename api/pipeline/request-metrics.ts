import type { Route } from '../route/route.js';

/** Counts each request on the hot path, so each call must cost next to nothing. */
export interface RequestMetrics {
  started(): void;
  ended(request: { route: Route | undefined; status: number; ms: number }): void;
}
