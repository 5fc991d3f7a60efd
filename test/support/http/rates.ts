const names = [
  'READ',
  'WRITE',
  'SEARCH',
  'AUTH',
  'AUTH_IDENTIFIER',
  'ADDRESS',
  'REFUSED',
  'OTP_IDENTIFIER',
  'OTP_IP',
  'OPS_INGEST',
  'OPS_ORDERS',
];

/** For tests of other things: the same address signs up everybody. */
export const noRateLimits: Record<string, string> = Object.fromEntries(
  names.map((name) => [`RATE_LIMIT_${name}`, '100000000/1m']),
);
