import type { FloodRates } from '../../api/limits/flood-guard.js';
import type { Rates } from '../../api/limits/rate-limit.js';
import type { Rate } from '../../api/route/route.js';
import type { Config } from '../../config.js';

const secondsOf = { s: 1, m: 60 };

/** `600/1m`, in the form checked by config.ts. */
function rateOf(text: string): Rate {
  const [max, window = ''] = text.split('/');
  return {
    max: Number(max),
    windowSeconds: parseInt(window, 10) * secondsOf[window.slice(-1) as 's' | 'm'],
  };
}

/** The rate limits of callers, as configured. */
export const ratesOf = (config: Config): Rates => ({
  read: rateOf(config.RATE_LIMIT_READ),
  write: rateOf(config.RATE_LIMIT_WRITE),
  search: rateOf(config.RATE_LIMIT_SEARCH),
  auth: rateOf(config.RATE_LIMIT_AUTH),
  auth_identifier: rateOf(config.RATE_LIMIT_AUTH_IDENTIFIER),
  otp_identifier: rateOf(config.RATE_LIMIT_OTP_IDENTIFIER),
  otp_ip: rateOf(config.RATE_LIMIT_OTP_IP),
  ops_ingest: rateOf(config.RATE_LIMIT_OPS_INGEST),
  ops_orders: rateOf(config.RATE_LIMIT_OPS_ORDERS),
});

/** Requests counted before the caller is known. */
export const floodRatesOf = (config: Config): FloodRates => ({
  address: rateOf(config.RATE_LIMIT_ADDRESS),
  refused: rateOf(config.RATE_LIMIT_REFUSED),
});
