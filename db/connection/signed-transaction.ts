import type { Knex } from 'knex';
import PostgresClient from 'knex/lib/dialects/postgres/index.js';
import PostgresTransaction from 'knex/lib/dialects/postgres/execution/pg-transaction.js';
import type pg from 'pg';
import { ClosingCommit, type Closing } from './closing-commit.js';
import { ContextOpening } from './context-opening.js';
import { signContext, type Context } from './context.js';
import { crashPoint } from './crash-point.js';
import { dispose, disposeIfUnprepared } from './disposal.js';
import { nameStatement } from './database-fault.js';
import type { Prepared, Statement } from './pipeline.js';
import { asError } from './fault.js';
import { statementName } from './prepared-name.js';
import { inSqlSpan, summaryOf, traceComment } from './sql-span.js';

const committing = 1;
const preparedOn = new WeakMap<pg.Client, Prepared>();

/** Transaction statements of knex, each of one command. */
const isKnexsOwn =
  /^(COMMIT;|ROLLBACK|SAVEPOINT \w+;|RELEASE SAVEPOINT \w+;|ROLLBACK TO SAVEPOINT \w+)$/;

interface RunQuery {
  sql: string;
  options?: { name?: string; queryMode?: 'extended' };
}

/** The connection of a transaction. */
export const connectionOf = (trx: Knex.Transaction): Promise<pg.ClientBase> =>
  (trx.client as { acquireConnection(): Promise<pg.ClientBase> }).acquireConnection();

interface Signing {
  context: Context;
  key: string;
  /** Proves entries of the audit log; absent in a process that writes no entries. */
  auditKey?: string | undefined;
}
/** The closing statements of a connection's current transaction. */
const closingsOn = new WeakMap<object, Closing[]>();
/** Runs a statement as the last of the connection's transaction, in one message with the commit. */
export function closeWith(
  connection: pg.ClientBase,
  statement: Statement,
  values: readonly unknown[],
): void {
  const closings = closingsOn.get(connection) ?? [];
  closings.push({ statement, values });
  closingsOn.set(connection, closings);
}

/** Signing of a connection's current transaction. */
const signingOn = new WeakMap<object, Signing>();
export const signingOf = async (trx: Knex.Transaction): Promise<Signing | undefined> =>
  signingOn.get(await connectionOf(trx));

/**
 * A transaction opened with the signed context in the same round trip; notes whether the commit
 * happened.
 */
class SignedTransaction extends PostgresTransaction {
  private readonly signing: Signing;

  constructor(client: unknown, work: unknown, config: { signing: Signing }, ...rest: unknown[]) {
    super(client, work, config, ...rest);
    // In time: knex begins a transaction in a later microtask.
    this.signing = config.signing;
  }

  override begin(connection: pg.Client): Promise<void> {
    const signedContext = signContext(this.signing.context, connection.processID, this.signing.key);
    const prepared = preparedOn.get(connection) ?? new Map();
    preparedOn.set(connection, prepared);
    signingOn.set(connection, this.signing);
    closingsOn.delete(connection);
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

  override async query(
    connection: pg.Client,
    sql: string,
    status?: number,
    value?: unknown,
  ): Promise<unknown> {
    if (status !== committing || !sql.startsWith('COMMIT'))
      return super.query(connection, sql, status, value);
    crashPoint('transaction.before-commit');
    try {
      await commit(connection);
      crashPoint('transaction.after-commit');
      this._resolver(value);
    } catch (error) {
      // A fault of a closing statement leaves the transaction open, and unclear what is prepared.
      dispose(connection, error);
      await super.query(connection, 'ROLLBACK').catch(() => undefined);
      this._rejecter(error);
    } finally {
      this._completed = true;
    }
    return undefined;
  }
}

/** Throws also where PostgreSQL answers with a rollback, as in a failed transaction. */
function commit(connection: pg.Client): Promise<void> {
  const closings = closingsOn.get(connection) ?? [];
  closingsOn.delete(connection);
  return inSqlSpan(
    'commit',
    undefined,
    () =>
      new Promise((resolve, reject) => {
        const closing = new ClosingCommit(closings, (fault, answer) => {
          if (fault !== undefined) {
            nameStatement(fault, closings[0]?.statement.name ?? 'commit');
            return reject(asError(fault));
          }
          if (answer === 'COMMIT') return resolve();
          reject(new Error('the transaction was rolled back at commit'));
        });
        connection.query(closing);
      }),
  );
}

/**
 * Runs a step of an open transaction under another context, then restores the transaction's
 * context.
 */
export async function withContext<T>(
  trx: Knex.Transaction,
  signing: Signing,
  work: () => Promise<T>,
): Promise<T> {
  const connection = await connectionOf(trx);
  const set = (signed: string) =>
    connection.query("select set_config('millrace.context', $1, true)", [signed]);
  const { rows } = await connection.query<{ own: string }>(
    "select current_setting('millrace.context') as own",
  );
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
    // An aborted transaction accepts no setting and needs none.
    await restore().catch(() => undefined);
    throw error;
  }
}

/** knex's PostgreSQL client, with signed transactions. */
export class SignedClient extends PostgresClient {
  override _query(connection: pg.Client, query: RunQuery): Promise<unknown> {
    const { sql, options } = query;
    const name = options?.name === undefined ? summaryOf(sql) : statementName(options.name);
    // By the extended protocol PostgreSQL refuses a text of several commands, even if injected
    // values added a command.
    if (!isKnexsOwn.test(sql)) query.options = { ...options, queryMode: 'extended' };
    return inSqlSpan(name, sql, () => super._query(connection, query)).catch((fault: unknown) => {
      nameStatement(fault, name);
      disposeIfUnprepared(connection, fault);
      throw fault;
    });
  }

  override transaction(
    work: unknown,
    config: { signing: Signing },
    ...rest: unknown[]
  ): SignedTransaction {
    return new SignedTransaction(this, work, config, ...rest);
  }
}
