import pg, { type Connection, type Submittable } from 'pg';
import { prepareValue } from 'pg/lib/utils.js';

/** A prepared statement: its name is its identity on a connection, so one name has one text. */
export interface Statement {
  name: string;
  text: string;
}

/** Reads may not write, whatever they call; both end with the transaction. */
const entering = {
  read: {
    name: 'read.enter',
    text: "select set_config('transaction_read_only', 'on', true), set_config('millrace.context', $1, true)",
  },
  write: { name: 'write.enter', text: "select set_config('millrace.context', $1, true)" },
};
export type Purpose = keyof typeof entering;

/** How many statements have ended when the rows asked for arrive; the context's own row comes before. */
const statementsBefore = 1;

interface Column {
  name: string;
  parse(text: string): unknown;
}
/** What a connection has prepared, and the columns that each answers with. */
export type Prepared = Map<string, readonly Column[]>;

/**
 * Context and statement in one message under one Sync, which makes them one transaction: PostgreSQL commits it at the Sync and
 * answers once, and after a fault in the first it does not run the second. What it prepares stays prepared on the connection,
 * and is described once.
 */
export class ContextQuery<Row> implements Submittable {
  readonly rows: Row[] = [];
  private columns: readonly Column[] = [];
  private ended = 0;
  private fault: unknown;

  constructor(
    private readonly asked: {
      signedContext: string;
      purpose: Purpose;
      statement: Statement;
      values: readonly unknown[];
      /** Of a trace; empty for what is not traced. */
      comment: string;
    },
    private readonly prepared: Prepared,
    private readonly done: (fault: unknown) => void,
  ) {}

  submit(connection: Connection): void {
    const { signedContext, purpose, statement, values, comment } = this.asked;
    const enter = entering[purpose];
    connection.stream.cork();
    try {
      if (comment === '') this.run(connection, enter, [signedContext]);
      else this.runUnnamed(connection, `${enter.text}${comment}`, [signedContext]);
      this.columns = this.run(connection, statement, values, true);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  /** A text that is not to be kept: one message more, for a statement that is planned in no time. */
  private runUnnamed(connection: Connection, text: string, values: readonly string[]): void {
    connection.parse({ name: '', text, types: [] }, true);
    connection.bind({ statement: '', values: [...values] }, true);
    connection.execute({}, true);
  }

  private run(connection: Connection, { name, text }: Statement, values: readonly unknown[], isDescribed = false) {
    const known = this.prepared.get(name);
    if (!known) connection.parse({ name, text, types: [] }, true);
    connection.bind({ statement: name, values: values.map(prepareValue) }, true);
    if (!known && isDescribed) connection.describe({ type: 'P' }, true);
    connection.execute({}, true);
    if (!known) this.prepared.set(name, []);
    return known ?? [];
  }

  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    this.columns = fields.map(({ name, dataTypeID }) => ({ name, parse: pg.types.getTypeParser(dataTypeID) }));
    this.prepared.set(this.asked.statement.name, this.columns);
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    if (this.ended !== statementsBefore) return;
    try {
      const row: Record<string, unknown> = {};
      for (const [index, { name, parse }] of this.columns.entries()) {
        const text = fields[index] ?? null;
        row[name] = text === null ? null : parse(text);
      }
      this.rows.push(row as Row);
    } catch (fault) {
      this.fault ??= fault;
    }
  }

  handleCommandComplete(): void {
    this.ended += 1;
  }

  /** Comes instead of handleReadyForQuery. */
  handleError(fault: unknown): void {
    this.done(fault);
  }

  handleReadyForQuery(): void {
    this.done(this.fault);
  }
}
