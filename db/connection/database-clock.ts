/**
 * PostgreSQL's clock, estimated by each process, so that several processes reckon on the same clock
 * however the machines' clocks are set. The estimate advances by the monotonic clock, so a step of
 * the machine's clock changes nothing.
 */
interface Reading {
  databaseMs: number;
  monotonicMs: number;
}

/** Until PostgreSQL has been asked: the machine's own. */
let reading: Reading = { databaseMs: Date.now(), monotonicMs: performance.now() };

/** Milliseconds since 1970. */
export const databaseNow = (): number =>
  reading.databaseMs + (performance.now() - reading.monotonicMs);

/** As ISO 8601, in UTC. */
export const databaseTimestamp = (): string => new Date(databaseNow()).toISOString();

/** Milliseconds from PostgreSQL's clock to the machine's; negative for a machine that is behind. */
export const clockDifference = (): number => Date.now() - databaseNow();

/**
 * Notes a time read from PostgreSQL, asked at a moment of `performance.now()`. PostgreSQL read the
 * clock at some moment of the round trip, so an estimate within the round trip stays, and a slow
 * answer does not make the estimate worse.
 */
export function noteDatabaseTime(databaseMs: number, askedAtMs: number): void {
  const monotonicMs = performance.now();
  const latest = databaseMs + (monotonicMs - askedAtMs);
  reading = { databaseMs: Math.min(Math.max(databaseNow(), databaseMs), latest), monotonicMs };
}

/** Text that asks for PostgreSQL's time: milliseconds since 1970. */
export const databaseTime =
  'select (extract(epoch from clock_timestamp()) * 1000)::float8 as "databaseMs"';

/** SQLSTATE of a refused context: see `platform.verified_context()`. */
const contextRefused = 'MR002';

/** Whether PostgreSQL refused a context signed by a clock too far from PostgreSQL's. */
export const isContextRefused = (error: unknown): boolean => Object(error).code === contextRefused;
