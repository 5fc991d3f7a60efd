import type { Connection, Submittable } from 'pg';
import {
  enter,
  send,
  statementsBefore,
  type Entrance,
  type Prepared,
  type Statement,
} from './pipeline.js';
import { PreparedRows } from './prepared-rows.js';

/**
 * Context and statement in one message under one Sync, hence one transaction: PostgreSQL commits at
 * the Sync, answers once, and after a fault in the context does not run the statement. Prepared
 * statements stay prepared on the connection and are described once.
 */
export class ContextQuery<Row> extends PreparedRows<Row> implements Submittable {
  private ended = 0;

  constructor(
    private readonly all: Entrance & { statement: Statement; values: readonly unknown[] },
    private readonly preparedHere: Prepared,
    done: (fault: unknown) => void,
  ) {
    super(all.statement, preparedHere, done);
  }

  submit(connection: Connection): void {
    const { statement, values } = this.all;
    connection.stream.cork();
    try {
      enter(connection, this.preparedHere, this.all);
      this.expect(send(connection, this.preparedHere, statement, values, true));
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  override handleDataRow(message: { fields: readonly (string | null)[] }): void {
    if (this.ended === statementsBefore) super.handleDataRow(message);
  }

  override handleCommandComplete(): void {
    this.ended += 1;
  }
}
