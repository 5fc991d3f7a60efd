import type { Knex } from 'knex';
import type pg from 'pg';
import type { Context } from './context.js';
import { nameStatement } from './database-fault.js';
import type { Statement } from './pipeline.js';
import { preparedName } from './prepared-name.js';
import { scoped } from './scope.js';

type Transaction = Knex.Transaction;

/** A transaction that everything of the same context, done while it is open, is part of. */
export interface SharedTransaction {
  context: Context;
  /** Takes part. What fails inside takes the whole with it, also when whoever called catches the error. */
  join<T>(work: (trx: Transaction) => Promise<T>): Promise<T>;
  /** Sees what the transaction has written so far. */
  read<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

/** The open shared transaction of the code that is running, if it has one; each database has its own. */
export function createSharedTransactions() {
  const scope = scoped<{ shared: SharedTransaction | undefined }>('shared transaction');
  return {
    /** The one to join for a context; undefined where there is none, or only one of another account or principal. */
    of({ accountId, principalId }: Context): SharedTransaction | undefined {
      const shared = scope.current()?.shared;
      if (!shared || shared.context.accountId !== accountId) return undefined;
      return principalId === undefined || principalId === shared.context.principalId ? shared : undefined;
    },

    async share<T>(context: Context, trx: Transaction, work: (trx: Transaction) => Promise<T>): Promise<T> {
      const faults: unknown[] = [];
      const store: { shared: SharedTransaction | undefined } = { shared: open(context, trx, faults) };
      try {
        const result = await scope.run(store, () => work(trx));
        // Some of its writes may be there and others not: nobody but the savepoint helper can tell, so none are kept.
        if (faults.length > 0)
          throw new AggregateError(faults, 'a part of the transaction failed, and its error was caught');
        return result;
      } finally {
        // What was started and not waited for must not find a transaction that is over.
        store.shared = undefined;
      }
    },
  };
}
export type SharedTransactions = ReturnType<typeof createSharedTransactions>;

function open(context: Context, trx: Transaction, faults: unknown[]): SharedTransaction {
  let lastRead: Promise<unknown> = Promise.resolve();
  async function noted<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      faults.push(error);
      throw error;
    }
  }
  return {
    context,
    join: (work) => noted(work(trx)),
    read<Row>({ name, text }: Statement, values: readonly unknown[]) {
      // One connection answers one statement at a time, and handlers may ask for several at once.
      const reading = lastRead.then(async () => {
        const connection = await connectionOf(trx);
        const asked = { name: preparedName(name), text, values: [...values] };
        const { rows } = await connection.query<Row & pg.QueryResultRow>(asked).catch((fault: unknown) => {
          nameStatement(fault, name);
          throw fault;
        });
        return rows;
      });
      lastRead = reading.catch(() => undefined);
      return noted(reading);
    },
  };
}

/** The connection that a transaction runs on. */
export const connectionOf = (trx: Transaction): Promise<pg.ClientBase> =>
  (trx.client as { acquireConnection(): Promise<pg.ClientBase> }).acquireConnection();

/**
 * Work inside a transaction that may fail without taking it along: a savepoint, at the price of two round trips. Whoever
 * wants to go on after a refusal of PostgreSQL uses this instead of catching the error.
 */
export const attempt = <T>(trx: Transaction, work: (trx: Transaction) => Promise<T>): Promise<T> =>
  trx.transaction(work);
