/**
 * What waiting helps against: PostgreSQL is away, restarting, full, overloaded, a replica or not to be signed in to, a statement
 * was cut off or not prepared any more, a context has expired, or a race was lost. Whatever else PostgreSQL says is said of the
 * statement and its values, and would be said again.
 */
const outageStates = /^(08...|28...|53...|58...|57P0[1-5]|57014|25006|26000|3D000|40001|40003|40P01|55P03|MR002)$/;
const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** pg and knex say these only in words; knex puts the statement before them. */
const outageMessages =
  /(^|- )(Connection terminated|Client (has encountered a connection error|was closed) and is not queryable)|timeout exceeded when trying to connect|Timeout acquiring a connection/;

/** Whether an error is of PostgreSQL being unable just now, rather than of what it was asked. */
export function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseOutage);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (outageStates.test(code) || socketCodes.has(code) || outageMessages.test(error.message)) return true;
  return isDatabaseOutage(driverErrorOf(error));
}

const sqlState = /^[0-9A-Z]{5}$/;

/** The SQLSTATE of an error that PostgreSQL has answered with; undefined for any other. */
export function sqlStateOf(error: unknown): string | undefined {
  const { code } = Object(driverErrorOf(error) ?? error) as { code?: unknown };
  return typeof code === 'string' && sqlState.test(code) ? code : undefined;
}

const statementNames = new WeakMap<object, string>();

/** Remembers which statement an error answered: a name says where it was asked, and holds none of its values. */
export function nameStatement(fault: unknown, name: string): void {
  if (fault instanceof Error && !statementNames.has(fault)) statementNames.set(fault, name);
}
/** Such as `orders.offer`, or `insert water.orders` of one without a name. */
export const statementNameOf = (error: unknown): string | undefined =>
  error instanceof Error ? statementNames.get(driverErrorOf(error) ?? error) : undefined;

/** objection wraps what the driver said. */
const driverErrorOf = (error: unknown): unknown => (Object(error) as { nativeError?: unknown }).nativeError;
