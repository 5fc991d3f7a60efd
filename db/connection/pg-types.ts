import pg from 'pg';

/**
 * Parses PostgreSQL's values alike for every pool: timestamps as RFC 3339 strings in UTC, as sent
 * on the wire; bigint as number (values here are far below 2^53; a larger value throws rather than
 * rounds).
 */
export function installTypeParsers(): void {
  pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, toRfc3339);
  pg.types.setTypeParser(pg.types.builtins.INT8, toSafeInteger);
}

/**
 * Sessions run in UTC (see sessionOptions). PostgreSQL drops zeros at the end; adding the zeros
 * returns a time exactly as written.
 */
function toRfc3339(text: string): string {
  const [, day, time, fraction = ''] = /^(\S+) ([0-9:]+)(?:\.([0-9]+))?\+00$/.exec(text) ?? [];
  return day === undefined ? text : `${day}T${time}.${fraction.padEnd(3, '0')}Z`;
}

function toSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error('bigint outside the safe integer range');
  return value;
}

/**
 * Start-up options of every session. PostgreSQL ranks start-up options above the settings of a role
 * or a database, and a reset returns to the start-up options.
 */
export const sessionOptions =
  '-c TimeZone=UTC -c DateStyle=ISO -c search_path=public -c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000';
