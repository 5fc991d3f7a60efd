/** The outcome of a delivery by the endpoint's status. */
export function judgeWebhookStatus(status: number): 'delivered' | 'gone' | 'failed' {
  if (status >= 200 && status < 300) return 'delivered';
  return status === 410 ? 'gone' : 'failed';
}

const longestRetryAfterMs = 15 * 60_000;

/**
 * The wait asked by Retry-After, in seconds or as a date, at most a quarter of an hour; 0 without a
 * wait.
 */
export function retryAfterMs(status: number, header: string | undefined, nowMs: number): number {
  if ((status !== 429 && status !== 503) || header === undefined) return 0;
  const waitMs = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(waitMs) ? 0 : Math.min(Math.max(waitMs, 0), longestRetryAfterMs);
}
