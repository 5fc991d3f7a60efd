import { clockDifference } from '../../db/connection/database-clock.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics/registry.js';

/** Timers, logs and certificates go by the machine's own clock. */
const clockToleranceMs = 5_000;
const lookEveryMs = 5_000;

export const isClockRight = (): boolean => Math.abs(clockDifference()) <= clockToleranceMs;

/** `2.5 s ahead of`: this machine's clock, compared with PostgreSQL's. */
export function clockWords(): string {
  const difference = clockDifference();
  return `${Math.abs(difference / 1_000).toFixed(1)} s ${difference > 0 ? 'ahead of' : 'behind'}`;
}

/**
 * Logs once when the machine's clock and PostgreSQL's come apart, and once when both agree again.
 */
export function watchClock({ logger, metrics }: { logger: Logger; metrics: Metrics }): void {
  metrics.onScrape((put) =>
    put('millrace_clock_difference_seconds', {}, clockDifference() / 1_000),
  );
  let wasRight = true;
  setInterval(() => {
    const isRight = isClockRight();
    if (isRight === wasRight) return;
    wasRight = isRight;
    if (isRight) logger.info({}, "the machine's clock is with PostgreSQL's again");
    else
      logger.error(
        { ms: Math.round(clockDifference()) },
        "the machine's clock is not with PostgreSQL's",
      );
  }, lookEveryMs).unref();
}
