import type { Connection, Submittable } from 'pg';
import { prepareValue } from 'pg/lib/utils.js';
import { typesOf, type Statement } from './pipeline.js';
import { preparedName } from './prepared-name.js';

/** A statement that runs with the commit. */
export interface Closing {
  statement: Statement;
  values: readonly unknown[];
}

/**
 * The last statements of a transaction and its commit, in one message: a lock that such a statement
 * takes is held for no round trip. After a fault PostgreSQL leaves out all that follows, the commit
 * too, and waits for the rollback.
 */
export class ClosingCommit implements Submittable {
  private answer = '';

  constructor(
    private readonly closings: readonly Closing[],
    /** Gets the fault, or PostgreSQL's answer to the commit. */
    private readonly done: (fault: unknown, answer: string) => void,
  ) {}

  submit(connection: Connection): void {
    connection.stream.cork();
    try {
      for (const { statement, values } of this.closings) send(connection, statement, values);
      // By no name, so that a transaction ends as it should also where somebody took away what was
      // prepared.
      connection.parse({ name: '', text: 'commit', types: [] }, true);
      connection.bind({ statement: '', values: [] }, true);
      connection.execute({}, true);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  handleDataRow(): void {}

  handleCommandComplete({ text }: { text: string }): void {
    this.answer = text;
  }

  /** Comes instead of handleReadyForQuery. */
  handleError(fault: unknown): void {
    this.done(fault, '');
  }

  handleReadyForQuery(): void {
    this.done(undefined, this.answer);
  }
}

/** Prepares under the name by which the same statement is known inside transactions. */
function send(connection: Connection, statement: Statement, values: readonly unknown[]): void {
  const name = preparedName(statement.name);
  if (connection.parsedStatements[name] === undefined)
    connection.parse({ name, text: statement.text, types: typesOf(statement) }, true);
  connection.parsedStatements[name] = statement.text;
  connection.bind({ statement: name, values: values.map(prepareValue) }, true);
  connection.execute({}, true);
}
