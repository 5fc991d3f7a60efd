import type { Connection } from 'pg';
import { prepareValue } from 'pg/lib/utils.js';
import { preparedName } from './prepared-name.js';

/** A prepared statement: its name is its identity on a connection, so one name has one text. */
export interface Statement {
  name: string;
  text: string;
}

export interface Column {
  name: string;
  parse(text: string): unknown;
}
/** The statements that a connection has prepared, and the columns that each answers with. */
export type Prepared = Map<string, readonly Column[]>;

/**
 * Puts the session back to how it began: settings, and locks that outlive a transaction. A statement that leaves something on a
 * pooled connection would else reach whoever is handed the connection next.
 */
const resetting: Statement = { name: 'session.reset', text: 'reset all' };

/** Reads may not write, whatever they call; both settings end with the transaction. */
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

/** How many statements have ended when that of a question is answered: the reset and the context's. */
export const statementsBefore = 2;

export interface Entrance {
  purpose: Purpose;
  signedContext: string;
  /** Of a trace; empty for what is not traced. */
  comment: string;
}

/** Sends what comes before the one statement of a holder: the reset and the signed context. */
export function enter(connection: Connection, prepared: Prepared, entrance: Entrance): void {
  const { purpose, signedContext, comment } = entrance;
  send(connection, prepared, resetting, []);
  if (comment === '') send(connection, prepared, entering[purpose], [signedContext]);
  else sendUnnamed(connection, entering[purpose].text + comment, [signedContext]);
}

/** Likewise before a transaction of several statements, which it begins. */
export function enterTransaction(connection: Connection, prepared: Prepared, entrance: Entrance): void {
  send(connection, prepared, beginning, []);
  enter(connection, prepared, entrance);
}

/** A statement that stays prepared; answers its columns where they are known. `isDescribed` asks for them where they are not. */
export function send(
  connection: Connection,
  prepared: Prepared,
  { name, text }: Statement,
  values: readonly unknown[],
  isDescribed = false,
): readonly Column[] {
  const known = prepared.get(name);
  const nameThere = preparedName(name);
  if (!known) connection.parse({ name: nameThere, text, types: [] }, true);
  connection.bind({ statement: nameThere, values: values.map(prepareValue) }, true);
  if (!known && isDescribed) connection.describe({ type: 'P' }, true);
  connection.execute({}, true);
  if (!known) prepared.set(name, []);
  return known ?? [];
}

/** A text that is not to be kept: one message more, for a statement that is planned in no time. */
function sendUnnamed(connection: Connection, text: string, values: readonly string[]): void {
  connection.parse({ name: '', text, types: [] }, true);
  connection.bind({ statement: '', values: [...values] }, true);
  connection.execute({}, true);
}
