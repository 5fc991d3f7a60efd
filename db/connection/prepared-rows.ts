import pg from 'pg';
import type { Column, Prepared, Statement } from './pipeline.js';

/**
 * Reads the rows of a prepared statement; the columns are described at the first run on a
 * connection.
 */
export class PreparedRows<Row> {
  readonly rows: Row[] = [];
  private columns: readonly Column[] = [];
  private fault: unknown;

  constructor(
    private readonly asked: Statement,
    private readonly prepared: Prepared,
    private readonly done: (fault: unknown) => void,
  ) {}

  /** Takes the columns described at an earlier run. */
  protected expect(columns: readonly Column[]): void {
    this.columns = columns;
  }

  handleRowDescription({
    fields,
  }: {
    fields: readonly { name: string; dataTypeID: number }[];
  }): void {
    const { name, fields: named = {} } = this.asked;
    this.columns = fields.map((field) => ({
      name: named[field.name] ?? field.name,
      parse: pg.types.getTypeParser(field.dataTypeID),
    }));
    this.prepared.set(name, this.columns);
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
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

  handleCommandComplete(): void {}

  /** Comes instead of handleReadyForQuery. */
  handleError(fault: unknown): void {
    this.done(fault);
  }

  handleReadyForQuery(): void {
    this.done(this.fault);
  }
}
