import type { Knex } from 'knex';
import PostgresClient from 'knex/lib/dialects/postgres/index.js';
import PostgresTransaction from 'knex/lib/dialects/postgres/execution/pg-transaction.js';
import { signContext, type Context } from './context.js';
import { crashPoint } from './crash-point.js';
import { connectionOf } from './shared-transaction.js';
import { inSqlSpan, summaryOf, traceComment } from './sql-span.js';

const committing = 1;

interface RunQuery {
  sql: string;
  options?: { name?: string };
}

interface Signing {
  context: Context;
  key: string;
}

/** A transaction that opens with its signed context in the same round trip, and knows whether it was committed. */
class SignedTransaction extends PostgresTransaction {
  private readonly signing: Signing;

  constructor(client: unknown, work: unknown, config: { signing: Signing }, ...rest: unknown[]) {
    super(client, work, config, ...rest);
    // In time: knex begins a transaction in a later microtask.
    this.signing = config.signing;
  }

  override async begin(connection: { processID: number }): Promise<void> {
    const signed = signContext(this.signing.context, connection.processID, this.signing.key);
    const { response } = await this.trxClient.query(
      connection,
      `select current_setting('millrace.context', true) as leftover; begin${traceComment()}; select set_config('millrace.context', '${signed}', true)`,
    );
    // Contexts are local to their transaction; one found here would mean that a pooled connection carried it over.
    if (Array.isArray(response) && response[0]?.rows[0]?.['leftover'])
      throw new Error('a connection carried a context over');
  }

  override async query(connection: unknown, sql: string, status?: number, value?: unknown): Promise<unknown> {
    if (status !== committing || !sql.startsWith('COMMIT')) return super.query(connection, sql, status, value);
    crashPoint('transaction.before-commit');
    try {
      const { response } = await this.trxClient.query(connection, sql);
      // PostgreSQL answers COMMIT in a failed transaction with ROLLBACK, and no error.
      if (!('command' in response) || response.command !== 'COMMIT')
        throw new Error('the transaction was rolled back at commit');
      crashPoint('transaction.after-commit');
      this._resolver(value);
    } catch (error) {
      this._rejecter(error);
    } finally {
      this._completed = true;
    }
    return undefined;
  }
}

/** Runs a step of an open transaction under another context, and gives it its own back. */
export async function withContext<T>(trx: Knex.Transaction, signing: Signing, work: () => Promise<T>): Promise<T> {
  const connection = await connectionOf(trx);
  const set = (signed: string) => connection.query("select set_config('millrace.context', $1, true)", [signed]);
  const { rows } = await connection.query<{ own: string }>("select current_setting('millrace.context') as own");
  const restore = () => set(rows[0]?.own ?? '');
  await set(signContext(signing.context, connection.processID, signing.key));
  try {
    const result = await work();
    await restore();
    return result;
  } catch (error) {
    // In a transaction that PostgreSQL has given up nothing can be set, and nothing need be.
    await restore().catch(() => undefined);
    throw error;
  }
}

/** knex's PostgreSQL client, with our transaction in place of its own. */
export class SignedClient extends PostgresClient {
  override _query(connection: unknown, query: RunQuery): Promise<unknown> {
    const { sql, options } = query;
    // The opening carries the signed context in its text.
    const isOpening = sql.startsWith('select current_setting(');
    const name = isOpening ? 'begin' : (options?.name ?? summaryOf(sql));
    return inSqlSpan(name, isOpening ? undefined : sql, () => super._query(connection, query));
  }

  override transaction(work: unknown, config: { signing: Signing }, ...rest: unknown[]): SignedTransaction {
    return new SignedTransaction(this, work, config, ...rest);
  }
}
