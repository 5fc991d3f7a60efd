import knexPkg, { type Knex } from 'knex';
import { knexSnakeCaseMappers } from 'objection';
import pg from 'pg';
import { signContext, type Context } from './context.js';
import { databaseTime, isContextRefused, noteDatabaseTime } from './database-clock.js';
import { nameStatement } from './database-fault.js';
import { noKnexLog } from './knex-log.js';
import { installTypeParsers, sessionOptions } from './pg-types.js';
import { preparedName } from './prepared-name.js';
import { createReader } from './reader.js';
import { asRefusal } from './refusal.js';
import {
  ReaderScope,
  SeparateScope,
  inTransactionScope,
  type ReadScope,
  type ScopeContext,
  type StatementScope,
  type WriteScope,
} from './scope.js';
import { connectionOf, SignedClient, withContext } from './signed-transaction.js';
import { inSqlSpan, summaryOf } from './sql-span.js';

export { platformAccountId } from './context.js';
export type { Query } from './query.js';
export {
  roleScope,
  type ReadScope,
  type RoleScope,
  type ScopeContext,
  type StatementScope,
  type WriteScope,
} from './scope.js';

/** The application's way to PostgreSQL: every statement runs under a signed context, and row-level security does the rest. */
export interface Database {
  /** Reads on somebody's behalf. */
  reads(context: ScopeContext): ReadScope;
  /** Statements under a context, each committed on its own. */
  statements(context: ScopeContext): StatementScope;
  /** One transaction, committed whole when `work` ends, or not at all. */
  transaction<T>(context: ScopeContext, work: (scope: WriteScope) => Promise<T>): Promise<T>;
  /** Reads PostgreSQL's time for the estimate of database-clock.ts. */
  askTime(): Promise<void>;
  /** Current use of the pools of readers and writers together. */
  poolUse: () => PoolUse;
  close(): Promise<void>;
}

export interface PoolUse {
  used: number;
  idle: number;
  /** Callers waiting for a connection. */
  waiting: number;
}

export interface DatabaseOptions {
  /**
   * Address for the role millrace_app, or for a role whose policies need no context
   * (millrace_ingest, millrace_gateway).
   */
  url: string;
  /**
   * Signs contexts. Without the key PostgreSQL refuses every context, and a role with policies of
   * its own needs none.
   */
  contextKey?: string | undefined;
  /** Proves entries of the audit log (audit-proof.ts); without the key, entries have no proof. */
  auditKey?: string | undefined;
  poolMax?: number;
}

/** Without a limit, a caller would wait for ever while PostgreSQL neither answers nor refuses. */
const connectWithinMs = 10_000;

export function createDatabase({
  url,
  contextKey = '',
  auditKey,
  poolMax = 10,
}: DatabaseOptions): Database {
  installTypeParsers();
  const writer = knexPkg.knex({
    // knex types `client` for names and classes of knex only.
    client: SignedClient as unknown as string,
    connection: {
      connectionString: url,
      options: sessionOptions,
      application_name: 'millrace',
      connectionTimeoutMillis: connectWithinMs,
    },
    pool: { min: 0, max: poolMax },
    // An error would repeat the statement with all values.
    compileSqlOnError: false,
    log: noKnexLog,
    ...knexSnakeCaseMappers(),
  });
  // Half as many connections: a read holds a connection for one round trip, and each further
  // backend has caches of its own to keep warm, at a cost of a third of PostgreSQL's part in a read
  // with ten readers on two cores (docs/decisions/0011).
  const readers = createRolePool(url, { max: Math.ceil(poolMax / 2) });
  const sign = (context: Context, backendPid: number) =>
    signContext(context, backendPid, contextKey);
  const askTime = () => askTimeOf(readers);
  /**
   * A clock, PostgreSQL's or the machine's, may have been set: the next context is signed by the
   * new time.
   */
  const heed = (error: unknown): void => {
    if (isContextRefused(error)) void askTime().catch(() => undefined);
  };
  const reading = { pool: readers, preparedOn: new WeakMap(), sign, onFault: heed };
  const partsOf = async (context: ScopeContext, trx: Knex.Transaction) => {
    const connection = await connectionOf(trx);
    return {
      context,
      transaction: trx,
      connection,
      step: <T>(stepContext: Context, work: () => Promise<T>) =>
        withContext(trx, { context: stepContext, key: contextKey, auditKey }, work),
      sign: (signedContext: Context) => sign(signedContext, connection.processID),
    };
  };
  const read = createReader(reading, 'read');
  const write = createReader(reading, 'write');

  return {
    reads: (context) => new ReaderScope(context, read),
    statements: (context) => new SeparateScope(context, read, write),
    transaction: async (context, work) => {
      const signing = { context, key: contextKey, auditKey };
      const begun = async (trx: Knex.Transaction) =>
        inTransactionScope(await partsOf(context, trx), work);
      try {
        return await inSqlSpan('transaction', undefined, () =>
          writer.transaction(begun, { signing } as Knex.TransactionConfig),
        );
      } catch (error) {
        heed(error);
        throw asRefusal(error);
      }
    },
    askTime,
    poolUse: () => {
      // knex hides the pool's type: a pool of tarn.
      const written = (writer.client as { pool: TarnPool }).pool;
      const { used, idle, waiting } = poolUseOf(readers);
      return {
        used: used + written.numUsed(),
        idle: idle + written.numFree(),
        waiting: waiting + written.numPendingAcquires(),
      };
    },
    close: async () => {
      await Promise.all([writer.destroy(), readers.end()]);
    },
  };
}

interface TarnPool {
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

export const poolUseOf = ({ totalCount, idleCount, waitingCount }: pg.Pool): PoolUse => ({
  used: totalCount - idleCount,
  idle: idleCount,
  waiting: waitingCount,
});

export async function askTimeOf(pool: pg.Pool): Promise<void> {
  const askedAtMs = performance.now();
  const { rows } = await pool.query<{ databaseMs: number }>(databaseTime);
  if (rows[0]) noteDatabaseTime(rows[0].databaseMs, askedAtMs);
}

/**
 * A plain pool for a role with policies of its own (relay, ingest, market). A pool never changes
 * role.
 */
export function createRolePool(url: string, { max = 4 } = {}): pg.Pool {
  installTypeParsers();
  const pool = new pg.Pool({
    connectionString: url,
    max,
    options: sessionOptions,
    application_name: 'millrace',
    connectionTimeoutMillis: connectWithinMs,
  });
  // The pool replaces a broken connection at the next checkout, and the query in progress fails.
  // Without a listener on every connection, idle or in use, an error would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return guarded(pool);
}

/**
 * Only the promises of a pool are used; a named statement keeps the name. By the extended protocol
 * PostgreSQL refuses a text of several commands.
 */
function guarded(pool: pg.Pool): pg.Pool {
  const query = pool.query.bind(pool) as (asked: pg.QueryConfig) => Promise<pg.QueryResult>;
  const queryGuarded = (
    asked: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult> => {
    const { name, ...rest } = typeof asked === 'string' ? { text: asked } : { ...asked };
    const named = name === undefined ? {} : { name: preparedName(name) };
    const said = name ?? summaryOf(rest.text);
    return inSqlSpan(said, rest.text, () =>
      query({ ...rest, ...(values ? { values } : {}), ...named, queryMode: 'extended' }),
    ).catch((fault: unknown) => {
      nameStatement(fault, said);
      throw fault;
    });
  };
  pool.query = queryGuarded as typeof pool.query;
  return pool;
}
