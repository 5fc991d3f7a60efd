import type { Connection, Submittable } from 'pg';
import { enterTransaction, type Entrance, type Prepared } from './pipeline.js';

/**
 * Opens a transaction and sets the signed tenant context, in one round trip. The context is a bound
 * value, since ids from tokens, paths and workflows are part of the context.
 */
export class ContextOpening implements Submittable {
  constructor(
    private readonly entrance: Entrance,
    private readonly prepared: Prepared,
    private readonly done: (fault?: unknown) => void,
  ) {}

  submit(connection: Connection): void {
    connection.stream.cork();
    try {
      enterTransaction(connection, this.prepared, this.entrance);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  handleDataRow(): void {}
  handleCommandComplete(): void {}

  /** Comes instead of handleReadyForQuery. */
  handleError(fault: unknown): void {
    this.done(fault);
  }

  handleReadyForQuery(): void {
    this.done();
  }
}
