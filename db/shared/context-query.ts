import pg, { type Connection, type Submittable } from 'pg';
import {
  enter,
  send,
  statementsBefore,
  type Column,
  type Entrance,
  type Prepared,
  type Statement,
} from './pipeline.js';

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
    private readonly asked: Entrance & { statement: Statement; values: readonly unknown[] },
    private readonly prepared: Prepared,
    private readonly done: (fault: unknown) => void,
  ) {}

  submit(connection: Connection): void {
    const { statement, values } = this.asked;
    connection.stream.cork();
    try {
      enter(connection, this.prepared, this.asked);
      this.columns = send(connection, this.prepared, statement, values, true);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
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
