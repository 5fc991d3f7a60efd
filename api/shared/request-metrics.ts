import type { Route } from './route.js';

/** Hears of each request, on the hot path: what it does there is to cost next to nothing. */
export interface RequestMetrics {
  started(): void;
  ended(request: { route: Route | undefined; status: number; ms: number }): void;
}
