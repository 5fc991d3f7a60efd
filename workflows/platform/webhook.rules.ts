/** What an endpoint's status means for a delivery. */
export function judgeWebhookStatus(status: number): 'delivered' | 'gone' | 'failed' {
  if (status >= 200 && status < 300) return 'delivered';
  return status === 410 ? 'gone' : 'failed';
}

const longestRetryAfterMs = 15 * 60_000;

/** What an endpoint asks for by Retry-After, seconds or a date, up to a quarter of an hour; 0 where it asks for nothing. */
export function retryAfterMs(status: number, header: string | undefined, nowMs: number): number {
  if ((status !== 429 && status !== 503) || header === undefined) return 0;
  const asked = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(asked) ? 0 : Math.min(Math.max(asked, 0), longestRetryAfterMs);
}
