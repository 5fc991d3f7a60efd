import type { Knex } from 'knex';
import PostgresClient from 'knex/lib/dialects/postgres/index.js';
import PostgresTransaction from 'knex/lib/dialects/postgres/execution/pg-transaction.js';
import type pg from 'pg';
import { ContextOpening } from './context-opening.js';
import { signContext, type Context } from './context.js';
import { crashPoint } from './crash-point.js';
import { nameStatement } from './database-fault.js';
import type { Prepared } from './pipeline.js';
import { asError } from './fault.js';
import { statementName } from './prepared-name.js';
import { connectionOf } from './shared-transaction.js';
import { inSqlSpan, summaryOf, traceComment } from './sql-span.js';

const committing = 1;
/** PostgreSQL's "prepared statement does not exist". */
const unpreparedState = '26000';

type WriterConnection = pg.Client & { __knex__disposed?: unknown };
const preparedOn = new WeakMap<WriterConnection, Prepared>();

/** Nobody knows what it has prepared or opened: knex's pool opens another in its place. */
function dispose(connection: WriterConnection, fault: unknown): void {
  connection.__knex__disposed = fault;
}

/** The transaction words of knex, each of one command. */
const isKnexsOwn = /^(COMMIT;|ROLLBACK|SAVEPOINT \w+;|RELEASE SAVEPOINT \w+;|ROLLBACK TO SAVEPOINT \w+)$/;

interface RunQuery {
  sql: string;
  options?: { name?: string; queryMode?: 'extended' };
}

interface Signing {
  context: Context;
  key: string;
  /** Proves entries of the audit log; a database of a process that writes none has no such key. */
  auditKey?: string | undefined;
}
/** Of the transaction that a connection is in. */
const signingOn = new WeakMap<object, Signing>();
export const signingOf = async (trx: Knex.Transaction): Promise<Signing | undefined> =>
  signingOn.get(await connectionOf(trx));

/** A transaction that opens with its signed context in the same round trip, and knows whether it was committed. */
class SignedTransaction extends PostgresTransaction {
  private readonly signing: Signing;

  constructor(client: unknown, work: unknown, config: { signing: Signing }, ...rest: unknown[]) {
    super(client, work, config, ...rest);
    // In time: knex begins a transaction in a later microtask.
    this.signing = config.signing;
  }

  override begin(connection: WriterConnection): Promise<void> {
    const signedContext = signContext(this.signing.context, connection.processID, this.signing.key);
    const prepared = preparedOn.get(connection) ?? new Map();
    preparedOn.set(connection, prepared);
    signingOn.set(connection, this.signing);
    const entrance = { purpose: 'write', signedContext, comment: traceComment() } as const;
    return inSqlSpan(
      'begin',
      undefined,
      () =>
        new Promise((resolve, reject) => {
          connection.query(
            new ContextOpening(entrance, prepared, (fault) => {
              if (fault === undefined) return resolve();
              dispose(connection, fault);
              reject(asError(fault));
            }),
          );
        }),
    );
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
  const around = signingOn.get(connection);
  const restore = () => {
    if (around) signingOn.set(connection, around);
    return set(rows[0]?.own ?? '');
  };
  await set(signContext(signing.context, connection.processID, signing.key));
  signingOn.set(connection, signing);
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
  override _query(connection: WriterConnection, query: RunQuery): Promise<unknown> {
    const { sql, options } = query;
    const name = options?.name === undefined ? summaryOf(sql) : statementName(options.name);
    // By the extended protocol PostgreSQL itself refuses a text of several commands, whatever was spliced into it.
    if (!isKnexsOwn.test(sql)) query.options = { ...options, queryMode: 'extended' };
    return inSqlSpan(name, sql, () => super._query(connection, query)).catch((fault: unknown) => {
      nameStatement(fault, name);
      // Somebody took away what this process had prepared.
      if (Object(fault).code === unpreparedState) dispose(connection, fault);
      throw fault;
    });
  }

  override transaction(work: unknown, config: { signing: Signing }, ...rest: unknown[]): SignedTransaction {
    return new SignedTransaction(this, work, config, ...rest);
  }
}
