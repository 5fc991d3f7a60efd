import knexPkg, { type Knex } from 'knex';
import { knexSnakeCaseMappers } from 'objection';
import pg from 'pg';
import { platformAccountId, signContext, type Context } from './context.js';
import { databaseTime, isContextRefused, noteDatabaseTime } from './database-clock.js';
import { nameStatement } from './database-fault.js';
import { noKnexLog } from './knex-log.js';
import { installTypeParsers, sessionOptions } from './pg-types.js';
import { preparedName } from './prepared-name.js';
import { createReader, type Reader } from './reader.js';
import { asRefusal } from './refusal.js';
import { connectionOf, createSharedTransactions } from './shared-transaction.js';
import { SignedClient, withContext } from './signed-transaction.js';
import { inSqlSpan, summaryOf } from './sql-span.js';

export { platformAccountId, type Context } from './context.js';
export type { Reader, Statement } from './reader.js';
export { statement } from './reader.js';
export { attempt } from './shared-transaction.js';
export type Transaction = Knex.Transaction;

/** The application's way to PostgreSQL: every statement runs under a signed context, and row-level security does the rest. */
export interface Database {
  /**
   * One transaction around work of many parts: each inAccount, inPlatform and read of the same context joins it, so that
   * they see each other's writes and are committed together. Another context inside opens a transaction of its own, which
   * takes a second connection while the first is held: for small things, never for what a request is about.
   */
  together<T>(context: Context, work: (trx: Transaction) => Promise<T>): Promise<T>;
  /** One transaction that sees and writes the rows of one account; committed whole, or nothing. */
  inAccount<T>(accountId: string, work: (trx: Transaction) => Promise<T>, principalId?: string): Promise<T>;
  /**
   * One transaction that sees the rows of one account and may write for another one, too: an order's parties. It joins no other,
   * since none is signed for both.
   */
  inAccounts<T>(
    accounts: { accountId: string; counterpartAccountId: string },
    work: (trx: Transaction) => Promise<T>,
  ): Promise<T>;
  /** One transaction over what belongs to no account. */
  inPlatform<T>(work: (trx: Transaction) => Promise<T>): Promise<T>;
  /** One transaction over what belongs to a principal, such as its own memberships. */
  inPrincipal<T>(principalId: string, work: (trx: Transaction) => Promise<T>): Promise<T>;
  /**
   * A step of an open transaction on behalf of another account, such as the seller's rating by a buyer's review: one commit
   * for both. Nothing else may run in the transaction meanwhile.
   */
  stepInAccount<T>(trx: Transaction, accountId: string, work: () => Promise<T>): Promise<T>;
  /** The same on behalf of both parties of an order. */
  stepInAccounts<T>(
    trx: Transaction,
    accounts: { accountId: string; counterpartAccountId: string },
    work: () => Promise<T>,
  ): Promise<T>;
  /** A context for the connection of a transaction, for a function of ours that acts under it. */
  signIn(trx: Transaction, context: Context): Promise<string>;
  read: Reader;
  /** One statement that writes, committed when it answers; in one round trip, as a read is. */
  write: Reader;
  /** Asks PostgreSQL for its time, which this process reckons by (database-clock.ts). */
  askTime(): Promise<void>;
  /** Of readers and writers together, at this moment. */
  poolUse: () => PoolUse;
  close(): Promise<void>;
}

export interface PoolUse {
  used: number;
  idle: number;
  /** Asking for a connection and not given one yet. */
  waiting: number;
}

export interface DatabaseOptions {
  /** Of the role millrace_app, or of a role whose policies do not ask for a context (millrace_ingest, millrace_gateway). */
  url: string;
  /** Without it contexts are worth nothing, which such a role does not miss. */
  contextKey?: string | undefined;
  /** Proves entries of the audit log (audit-proof.ts); without it they are written unproved. */
  auditKey?: string | undefined;
  poolMax?: number;
}

/** Without a limit, whoever asks while PostgreSQL neither answers nor refuses would wait for ever. */
const connectWithinMs = 10_000;

export function createDatabase({ url, contextKey = '', auditKey, poolMax = 10 }: DatabaseOptions): Database {
  installTypeParsers();
  const writer = knexPkg.knex({
    // knex types its `client` for names and its own classes only.
    client: SignedClient as unknown as string,
    connection: {
      connectionString: url,
      options: sessionOptions,
      application_name: 'millrace',
      connectionTimeoutMillis: connectWithinMs,
    },
    pool: { min: 0, max: poolMax },
    // An error would repeat the statement with its values.
    compileSqlOnError: false,
    log: noKnexLog,
    ...knexSnakeCaseMappers(),
  });
  // Half as many: a read has its connection for one round trip, and each backend more has caches of its own to keep warm,
  // which cost a third of PostgreSQL's part in a read with ten of them on two cores.
  const readers = createRolePool(url, { max: Math.ceil(poolMax / 2) });
  const shared = createSharedTransactions();
  const sign = (context: Context, backendPid: number) => signContext(context, backendPid, contextKey);
  const askTime = () => askTimeOf(readers);
  /** A clock may have been set, PostgreSQL's or this machine's: the next context is signed by what it is now. */
  const heed = (error: unknown): void => {
    if (isContextRefused(error)) void askTime().catch(() => undefined);
  };
  const reading = { pool: readers, preparedOn: new WeakMap(), sign, shared, onFault: heed };
  const begin = async <T>(context: Context, work: (trx: Transaction) => Promise<T>): Promise<T> => {
    const signing = { context, key: contextKey, auditKey };
    try {
      return await inSqlSpan('transaction', undefined, () =>
        writer.transaction(work, { signing } as Knex.TransactionConfig),
      );
    } catch (error) {
      heed(error);
      throw asRefusal(error);
    }
  };
  const run = <T>(context: Context, work: (trx: Transaction) => Promise<T>): Promise<T> =>
    shared.of(context)?.join(work) ?? begin(context, work);

  return {
    together: (context, work) =>
      shared.of(context)?.join(work) ?? begin(context, (trx) => shared.share(context, trx, work)),
    inAccount: (accountId, work, principalId) => run(principalId ? { accountId, principalId } : { accountId }, work),
    inAccounts: begin,
    inPlatform: (work) => run({ accountId: platformAccountId }, work),
    inPrincipal: (principalId, work) => run({ principalId }, work),
    stepInAccount: (trx, accountId, work) =>
      withContext(trx, { context: { accountId }, key: contextKey, auditKey }, work),
    stepInAccounts: (trx, context, work) => withContext(trx, { context, key: contextKey, auditKey }, work),
    signIn: async (trx, context) => sign(context, (await connectionOf(trx)).processID),
    read: createReader(reading, 'read'),
    write: createReader(reading, 'write'),
    askTime,
    poolUse: () => {
      // knex types its pool away; it is tarn's.
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

/** A plain pool for a role with policies of its own (relay, ingest, market). A pool never changes its role. */
export function createRolePool(url: string, { max = 4 } = {}): pg.Pool {
  installTypeParsers();
  const pool = new pg.Pool({
    connectionString: url,
    max,
    options: sessionOptions,
    application_name: 'millrace',
    connectionTimeoutMillis: connectWithinMs,
  });
  // A connection that breaks is replaced at the next checkout, and whoever was using it hears of it from the query.
  // Without a listener on each, idle or in use, it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return guarded(pool);
}

/**
 * Of a pool only its promises are used; a statement that has a name is known by it. By the extended protocol PostgreSQL itself
 * refuses a text of several commands.
 */
function guarded(pool: pg.Pool): pg.Pool {
  const query = pool.query.bind(pool) as (asked: pg.QueryConfig) => Promise<pg.QueryResult>;
  const queryGuarded = (asked: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> => {
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
