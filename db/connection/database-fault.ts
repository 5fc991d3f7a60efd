/**
 * SQLSTATEs of an outage, when a later retry may succeed: PostgreSQL is away, restarting, full,
 * overloaded, a replica or refuses the sign-in, a statement was cut off or is no longer prepared, a
 * context has expired, or a race was lost. Every other SQLSTATE is about the statement and the
 * values, and a retry gets the same answer.
 */
const outageStates =
  /^(08...|28...|53...|58...|57P0[1-5]|57014|25006|26000|3D000|40001|40003|40P01|55P03|MR002)$/;
const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** Outages that pg and knex report by message only; knex puts the statement before the message. */
const outageMessages =
  /(^|- )(Connection terminated|Client (has encountered a connection error|was closed) and is not queryable)|timeout exceeded when trying to connect|Timeout acquiring a connection/;

/** Whether an error comes from an outage of PostgreSQL rather than from the statement. */
export function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseOutage);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (outageStates.test(code) || socketCodes.has(code) || outageMessages.test(error.message))
    return true;
  return isDatabaseOutage(driverErrorOf(error));
}

const statementNames = new WeakMap<object, string>();

/** Notes the statement that failed with an error, by name only: no values. */
export function nameStatement(fault: unknown, name: string): void {
  if (fault instanceof Error && !statementNames.has(fault)) statementNames.set(fault, name);
}
/**
 * Name of the failed statement, such as `orders.offer`, or `insert water.orders` for a statement
 * without a name.
 */
export const statementNameOf = (error: unknown): string | undefined =>
  error instanceof Error ? statementNames.get(driverErrorOf(error) ?? error) : undefined;

/** objection wraps the driver's error. */
const driverErrorOf = (error: unknown): unknown =>
  (Object(error) as { nativeError?: unknown }).nativeError;
