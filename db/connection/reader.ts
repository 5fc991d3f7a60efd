import type pg from 'pg';
import type { Context } from './context.js';
import { ContextQuery } from './context-query.js';
import { nameStatement } from './database-fault.js';
import { asError } from './fault.js';
import type { Prepared, Purpose, Statement } from './pipeline.js';
import type { Ask } from './scope.js';
import { inSqlSpan, traceComment } from './sql-span.js';

/** Statements prepared on the connections of a pool, shared by the pool's users. */
type PreparedOn = WeakMap<pg.PoolClient, Prepared>;

interface ReaderParts {
  /**
   * Used by readers alone; `preparedOn` holds the statements prepared on the pool's connections.
   */
  pool: pg.Pool;
  preparedOn: PreparedOn;
  sign: (context: Context, backendPid: number) => string;
  /** Called with each fault before the caller gets the error. */
  onFault?: (fault: unknown) => void;
}

/** Runs one statement under a signed context, in one round trip. */
export function createReader(
  { pool, preparedOn, sign, onFault }: ReaderParts,
  purpose: Purpose,
): Ask {
  // A single promise for the whole read: while a request's correlation is carried along, Node 20
  // spends 2 µs on each promise.
  const readOnce = <Row>(
    context: Context,
    asked: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> => {
    // The trace is read here: the caller that releases a connection to a waiting read belongs to
    // another trace.
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
          // Half a message may have been sent.
          release(asError(error));
          reject(asError(error));
        }
      });
    });
  };
  return <Row>(context: Context, asked: Statement, values: readonly unknown[]) =>
    inSqlSpan(asked.name, asked.text, () => readOnce<Row>(context, asked, values));
}

/**
 * Returns a connection after a fault. The prepared statements are forgotten, since the point
 * reached by the message is unknown.
 */
async function giveBack(
  client: pg.PoolClient,
  prepared: Prepared,
  release: (broken?: Error) => void,
): Promise<void> {
  prepared.clear();
  try {
    await client.query('deallocate all');
    release();
  } catch (error) {
    release(asError(error));
  }
}
