/**
 * PostgreSQL's clock as this process knows it: what several processes reckon with is reckoned on one clock, whatever their own
 * machines say. It goes on by the monotonic clock, so that a step of the machine's clock changes nothing.
 */
interface Reading {
  databaseMs: number;
  monotonicMs: number;
}

/** Until PostgreSQL has been asked: the machine's own. */
let reading: Reading = { databaseMs: Date.now(), monotonicMs: performance.now() };

/** Milliseconds since 1970. */
export const databaseNow = (): number => reading.databaseMs + (performance.now() - reading.monotonicMs);

/** As ISO 8601, in UTC. */
export const databaseTimestamp = (): string => new Date(databaseNow()).toISOString();

/** How far the machine's clock is ahead of PostgreSQL's, in milliseconds; negative where it is behind. */
export const clockDifference = (): number => Date.now() - databaseNow();

/**
 * Takes what PostgreSQL answered, asked at a moment of `performance.now()`. The answer was made some time between the two, so what
 * is known already stays where it fits, and a slow answer does not make it worse.
 */
export function noteDatabaseTime(databaseMs: number, askedAtMs: number): void {
  const monotonicMs = performance.now();
  const latest = databaseMs + (monotonicMs - askedAtMs);
  reading = { databaseMs: Math.min(Math.max(databaseNow(), databaseMs), latest), monotonicMs };
}

/** The question for it, of one value: milliseconds since 1970. */
export const databaseTime = 'select (extract(epoch from clock_timestamp()) * 1000)::float8 as "databaseMs"';

/** PostgreSQL's state for a context that it refuses: see `platform.verified_context()`. */
const contextRefused = 'MR002';

/** Of a context that this process signed by a clock that PostgreSQL's is far from by now. */
export const isContextRefused = (error: unknown): boolean => Object(error).code === contextRefused;
