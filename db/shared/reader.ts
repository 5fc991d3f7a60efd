import type pg from 'pg';
import { platformAccountId, signContext, type Context } from './context.js';
import { ContextRead, type Prepared, type Statement } from './context-read.js';

export type { Statement } from './context-read.js';

export const statement = (name: string, text: string): Statement => ({ name, text });

/** The question road: one statement under a signed context, read only, in one round trip. */
export interface Reader {
  inAccount<Row>(accountId: string, statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  inPlatform<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  inPrincipal<Row>(principalId: string, statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

/** `pool` is the reader's own: what is prepared on its connections is remembered here. */
export function createReader(pool: pg.Pool, contextKey: string): Reader {
  const preparedOn = new WeakMap<pg.PoolClient, Prepared>();

  async function read<Row>(context: Context, asked: Statement, values: readonly unknown[]): Promise<Row[]> {
    const client = await pool.connect();
    const prepared = preparedOn.get(client) ?? new Map();
    preparedOn.set(client, prepared);
    let broken: Error | undefined;
    try {
      const signedContext = signContext(context, client.processID, contextKey);
      return await new Promise<Row[]>((resolve, reject) => {
        const query = new ContextRead<Row>({ signedContext, statement: asked, values }, prepared, (fault) =>
          fault === undefined ? resolve(query.rows) : reject(asError(fault)),
        );
        client.query(query);
      });
    } catch (error) {
      broken = await cleaned(client, prepared);
      throw error;
    } finally {
      client.release(broken);
    }
  }
  return {
    inAccount: (accountId, query, values) => read({ accountId }, query, values),
    inPlatform: (query, values) => read({ accountId: platformAccountId }, query, values),
    inPrincipal: (principalId, query, values) => read({ principalId }, query, values),
  };
}

/** Ends the failed transaction and forgets what was prepared, since nobody knows how far that came. */
async function cleaned(client: pg.PoolClient, prepared: Prepared): Promise<Error | undefined> {
  prepared.clear();
  try {
    await client.query('rollback; deallocate all');
    return undefined;
  } catch (error) {
    return asError(error);
  }
}

const asError = (fault: unknown): Error => (fault instanceof Error ? fault : new Error(String(fault)));
