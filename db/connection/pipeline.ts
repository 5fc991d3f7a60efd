import type { Connection } from 'pg';
import { prepareValue } from 'pg/lib/utils.js';
import { preparedName } from './prepared-name.js';

/** A prepared statement, identified on a connection by name: one name has one text. */
export interface Statement {
  name: string;
  text: string;
  /** Parameter types by number in `pg_type`; PostgreSQL infers a missing type. */
  parameterTypes?: readonly number[];
  /** Field names in code, by column name. */
  fields?: Readonly<Record<string, string>>;
}

export interface Column {
  name: string;
  parse(text: string): unknown;
}
/** The statements prepared on a connection, each with the columns of the result. */
export type Prepared = Map<string, readonly Column[]>;

/**
 * Resets the session's settings and releases locks that outlive a transaction. Otherwise the next
 * holder of the pooled connection would find settings or locks of the holder before.
 */
const resetting: Statement = { name: 'session.reset', text: 'reset all' };

/**
 * Makes reads read-only, even in functions called by a read; both settings end with the
 * transaction.
 */
const entering = {
  read: {
    name: 'read.enter',
    text: "select pg_advisory_unlock_all(), set_config('transaction_read_only', 'on', true), set_config('millrace.context', $1, true)",
  },
  write: {
    name: 'write.enter',
    text: "select pg_advisory_unlock_all(), set_config('millrace.context', $1, true)",
  },
};
const beginning: Statement = { name: 'transaction.begin', text: 'begin' };
export type Purpose = keyof typeof entering;

/** Statements completed before a query's own: the reset and the context's. */
export const statementsBefore = 2;

export interface Entrance {
  purpose: Purpose;
  signedContext: string;
  /** Comment of the trace; empty without a trace. */
  comment: string;
}

/** Sends the reset and the signed context before a holder's single statement. */
export function enter(connection: Connection, prepared: Prepared, entrance: Entrance): void {
  const { purpose, signedContext, comment } = entrance;
  send(connection, prepared, resetting, []);
  if (comment === '') send(connection, prepared, entering[purpose], [signedContext]);
  else sendUnnamed(connection, entering[purpose].text + comment, [signedContext]);
}

/** Sends the reset, begin and signed context before a transaction of several statements. */
export function enterTransaction(
  connection: Connection,
  prepared: Prepared,
  entrance: Entrance,
): void {
  send(connection, prepared, beginning, []);
  enter(connection, prepared, entrance);
}

/** Numbers, as sent by the driver; pg's types declare texts. */
export const typesOf = ({ parameterTypes = [] }: Statement): string[] =>
  [...parameterTypes] as unknown as string[];

/**
 * Sends a statement that stays prepared; returns the result's columns if known. `isDescribed`
 * requests a description of unknown columns.
 */
export function send(
  connection: Connection,
  prepared: Prepared,
  statement: Statement,
  values: readonly unknown[],
  isDescribed = false,
): readonly Column[] {
  const { name, text } = statement;
  const known = prepared.get(name);
  const nameThere = preparedName(name);
  if (!known) connection.parse({ name: nameThere, text, types: typesOf(statement) }, true);
  connection.bind({ statement: nameThere, values: values.map(prepareValue) }, true);
  if (!known && isDescribed) connection.describe({ type: 'P' }, true);
  connection.execute({}, true);
  if (!known) prepared.set(name, []);
  return known ?? [];
}

/**
 * Sends a text without preparing by name: one message more, for a statement with next to no
 * planning.
 */
function sendUnnamed(connection: Connection, text: string, values: readonly string[]): void {
  connection.parse({ name: '', text, types: [] }, true);
  connection.bind({ statement: '', values: [...values] }, true);
  connection.execute({}, true);
}
