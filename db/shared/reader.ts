import type pg from 'pg';
import { platformAccountId, type Context } from './context.js';
import { ContextQuery } from './context-query.js';
import { nameStatement } from './database-fault.js';
import { asError } from './fault.js';
import type { Prepared, Purpose, Statement } from './pipeline.js';
import type { SharedTransactions } from './shared-transaction.js';
import { inSqlSpan, traceComment } from './sql-span.js';

export type { Statement } from './pipeline.js';

export const statement = (name: string, text: string): Statement => ({ name, text });

/**
 * The question road: one statement under a signed context, read only, in one round trip. While a shared transaction of the
 * same context is open it is asked there instead, so that a handler sees what it has written.
 */
export interface Reader {
  inAccount<Row>(accountId: string, statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  inPlatform<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  inPrincipal<Row>(principalId: string, statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

/** What is prepared on the connections of a pool, for those who share it. */
export type PreparedOn = WeakMap<pg.PoolClient, Prepared>;

export interface ReaderParts {
  /** Nobody else's: what is prepared on its connections is remembered in `preparedOn`. */
  pool: pg.Pool;
  preparedOn: PreparedOn;
  sign: (context: Context, backendPid: number) => string;
  shared: SharedTransactions;
  /** Told of each fault before whoever asked is. */
  onFault?: (fault: unknown) => void;
}

export function createReader({ pool, preparedOn, sign, shared, onFault }: ReaderParts, purpose: Purpose): Reader {
  const read = <Row>(context: Context, asked: Statement, values: readonly unknown[]): Promise<Row[]> =>
    inSqlSpan(asked.name, asked.text, () => readOnce<Row>(context, asked, values));

  // One promise for all of it: while a request's correlation is carried along, Node 20 spends 2 µs on each.
  const readOnce = <Row>(context: Context, asked: Statement, values: readonly unknown[]): Promise<Row[]> => {
    // Whoever leaves a connection to this one is of another trace.
    const comment = traceComment();
    return new Promise((resolve, reject) => {
      pool.connect((noConnection, client, release) => {
        if (noConnection || !client) return reject(asError(noConnection));
        const prepared = preparedOn.get(client) ?? new Map();
        preparedOn.set(client, prepared);
        try {
          const signedContext = sign(context, client.processID);
          const all = { signedContext, purpose, statement: asked, values, comment };
          const query = new ContextQuery<Row>(all, prepared, (fault) => {
            if (fault !== undefined) {
              nameStatement(fault, asked.name);
              onFault?.(fault);
              return void giveBack(client, prepared, release).then(() => reject(asError(fault)));
            }
            release();
            resolve(query.rows);
          });
          client.query(query);
        } catch (error) {
          // Half a message may be on its way.
          release(asError(error));
          reject(asError(error));
        }
      });
    });
  };
  const ask = <Row>(context: Context, query: Statement, values: readonly unknown[]): Promise<Row[]> =>
    shared.of(context)?.read<Row>(query, values) ?? read<Row>(context, query, values);
  return {
    inAccount: (accountId, query, values) => ask({ accountId }, query, values),
    inPlatform: (query, values) => ask({ accountId: platformAccountId }, query, values),
    inPrincipal: (principalId, query, values) => ask({ principalId }, query, values),
  };
}

/** After a fault. What was prepared is forgotten, since nobody knows how far that came. */
async function giveBack(client: pg.PoolClient, prepared: Prepared, release: (broken?: Error) => void): Promise<void> {
  prepared.clear();
  try {
    await client.query('deallocate all');
    release();
  } catch (error) {
    release(asError(error));
  }
}
