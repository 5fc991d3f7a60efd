import type pg from 'pg';
import type { Connection, Submittable } from 'pg';
import { prepareValue } from 'pg/lib/utils.js';
import { disposeIfUnprepared } from './disposal.js';
import { nameStatement } from './database-fault.js';
import { asError } from './fault.js';
import { typesOf, type Column, type Prepared, type Statement } from './pipeline.js';
import { PreparedRows } from './prepared-rows.js';
import { preparedName } from './prepared-name.js';
import { inSqlSpan } from './sql-span.js';

/** Result columns of the statements prepared on a transaction's connection. */
const columnsOn = new WeakMap<pg.ClientBase, Prepared>();

/** A prepared statement inside an open transaction, in one round trip. */
class TransactionQuery<Row> extends PreparedRows<Row> implements Submittable {
  /** The driver notes the parsed statement under `name`, even if the run fails. */
  readonly name: string;
  readonly text: string;

  constructor(
    private readonly statement: Statement,
    private readonly bound: readonly unknown[],
    private readonly columnsHere: Prepared,
    done: (fault: unknown) => void,
  ) {
    super(statement, columnsHere, done);
    this.name = preparedName(statement.name);
    this.text = statement.text;
  }

  submit(connection: Connection): void {
    const known = this.columnsHere.get(this.statement.name);
    const values = this.bound.map(prepareValue);
    connection.stream.cork();
    try {
      if (connection.parsedStatements[this.name] === undefined)
        connection.parse(
          { name: this.name, text: this.text, types: typesOf(this.statement) },
          true,
        );
      connection.bind({ statement: this.name, values }, true);
      if (known) this.expect(known);
      else connection.describe({ type: 'P' }, true);
      connection.execute({}, true);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }
}

/**
 * Runs a single statement at a time: the driver sends the next statement of a connection only when
 * told to, not while an answer is awaited.
 */
export function runOn<Row>(
  connection: pg.ClientBase,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const columns = columnsOn.get(connection) ?? new Map<string, readonly Column[]>();
  columnsOn.set(connection, columns);
  return inSqlSpan(
    statement.name,
    statement.text,
    () =>
      new Promise((resolve, reject) => {
        const asked = new TransactionQuery<Row>(statement, values, columns, (fault) => {
          if (fault === undefined) return resolve(asked.rows);
          nameStatement(fault, statement.name);
          disposeIfUnprepared(connection, fault);
          reject(asError(fault));
        });
        connection.query(asked);
      }),
  );
}
