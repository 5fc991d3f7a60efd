import type { Knex } from 'knex';
import type pg from 'pg';
import type { Context } from './context.js';
import { asError } from './fault.js';
import type { Statement } from './pipeline.js';
import type { Query } from './query.js';
import { closeWith } from './signed-transaction.js';
import { runOn } from './transaction-query.js';

/** A tenant context, and the request behind the work. */
export interface ScopeContext extends Context {
  /** Id of the request, or of the request behind the causing event; events carry the id on. */
  correlationId?: string | undefined;
}

/**
 * Reads under one signed context, each in a round trip of its own; inside a write scope, reads see
 * the scope's writes.
 */
export interface ReadScope {
  readonly context: ScopeContext;
  /** Throws in a scope of no account. */
  readonly accountId: string;
  /** Throws in a scope of nobody. */
  readonly principalId: string;
  read<Parameters, Row>(query: Query<Parameters, Row>, parameters: Parameters): Promise<Row[]>;
}

/**
 * Also runs writing queries; each statement is committed on its own, except in a transaction's
 * scope.
 */
export interface StatementScope extends ReadScope {
  run<Parameters, Row>(query: Query<Parameters, Row>, parameters: Parameters): Promise<Row[]>;
}

/** One transaction: all work inside is committed together or not at all (docs/decisions/0004). */
export interface WriteScope extends StatementScope {
  /** For models: models read and write plain records. */
  readonly transaction: Knex.Transaction;
  /**
   * Work that may fail without failing the transaction: a savepoint, at the price of two round
   * trips. Nothing else may run in the transaction meanwhile.
   */
  attempt<Result>(work: (scope: WriteScope) => Promise<Result>): Promise<Result>;
  /**
   * Runs a query as the last of the transaction, in one message with the commit; a fault of the
   * query rolls all back. In a step for another account, or in an attempt, runs the query at once.
   */
  close<Parameters, Row>(query: Query<Parameters, Row>, parameters: Parameters): Promise<void>;
  /**
   * A step on behalf of another account, or of both parties of an order: one commit for all.
   * Nothing else may run in the transaction meanwhile.
   */
  as<Result>(context: Context, work: (scope: WriteScope) => Promise<Result>): Promise<Result>;
  /**
   * Signs a context for the transaction's connection, for a database function that acts under the
   * context.
   */
  signed(context: Context): string;
}

abstract class ContextScope {
  constructor(readonly context: ScopeContext) {}

  get accountId(): string {
    if (this.context.accountId === undefined)
      throw new Error('a scope of no account was asked for its account');
    return this.context.accountId;
  }

  get principalId(): string {
    if (this.context.principalId === undefined)
      throw new Error('a scope of nobody was asked for its principal');
    return this.context.principalId;
  }
}

/** Runs a single statement under a context, or under the policies of a pool's role. */
export type Ask = <Row>(
  context: Context,
  statement: Statement,
  values: readonly unknown[],
) => Promise<Row[]>;

/** Reads, each in a round trip of its own. */
export class ReaderScope extends ContextScope implements ReadScope {
  constructor(
    context: ScopeContext,
    private readonly ask: Ask,
  ) {
    super(context);
  }

  read<Parameters, Row>(query: Query<Parameters, Row>, parameters: Parameters): Promise<Row[]> {
    return this.ask(this.context, query, query.valuesOf(parameters));
  }
}

/** Statements, each committed on its own. */
export class SeparateScope extends ReaderScope implements StatementScope {
  constructor(
    context: ScopeContext,
    ask: Ask,
    private readonly askToWrite: Ask,
  ) {
    super(context, ask);
  }

  run<Parameters, Row>(query: Query<Parameters, Row>, parameters: Parameters): Promise<Row[]> {
    return this.askToWrite(this.context, query, query.valuesOf(parameters));
  }
}

interface TransactionParts {
  context: ScopeContext;
  transaction: Knex.Transaction;
  connection: pg.ClientBase;
  /** Runs a step of the transaction under another context. */
  step<Result>(context: Context, work: () => Promise<Result>): Promise<Result>;
  sign(context: Context): string;
  life: Life;
  /** Whether the scope is the whole transaction's, and not of a part. */
  isWhole: boolean;
}

/**
 * A scope ends with its work: later the connection serves another transaction, in another's
 * context, and what outlives the work must not run there.
 */
class Life {
  private hasEnded = false;

  constructor(private readonly around?: Life) {}

  get isOver(): boolean {
    return this.hasEnded || this.around?.isOver === true;
  }

  assertGoesOn(): void {
    if (this.isOver) throw new Error('the transaction of this scope is over');
  }

  async of<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } finally {
      this.hasEnded = true;
    }
  }
}

/** Runs the work of a transaction in its scope, which ends with the work. */
export function inTransactionScope<Result>(
  parts: Omit<TransactionParts, 'life' | 'isWhole'>,
  work: (scope: WriteScope) => Promise<Result>,
): Promise<Result> {
  const life = new Life();
  return life.of(() => work(new TransactionScope({ ...parts, life, isWhole: true })));
}

/** Queries of an open transaction. */
class TransactionScope extends ContextScope implements WriteScope {
  readonly transaction: Knex.Transaction;
  private last: Promise<unknown> | undefined;

  constructor(private readonly parts: TransactionParts) {
    super(parts.context);
    this.transaction = parts.transaction;
  }

  read<Parameters, Row>(query: Query<Parameters, Row>, parameters: Parameters): Promise<Row[]> {
    return this.run(query, parameters);
  }

  /**
   * A connection answers a single statement at a time, and holders of the scope may run several at
   * once.
   */
  run<Parameters, Row>(query: Query<Parameters, Row>, parameters: Parameters): Promise<Row[]> {
    const values = query.valuesOf(parameters);
    const work = async () => {
      this.parts.life.assertGoesOn();
      return runOn<Row>(this.parts.connection, query, values);
    };
    const answer = this.last ? this.last.then(work) : work();
    const end = answer.then(nothing, nothing).then(() => {
      if (this.last === end) this.last = undefined;
    });
    this.last = end;
    return answer;
  }

  async close<Parameters, Row>(
    query: Query<Parameters, Row>,
    parameters: Parameters,
  ): Promise<void> {
    if (!this.parts.isWhole) return void (await this.run(query, parameters));
    this.parts.life.assertGoesOn();
    closeWith(this.parts.connection, query, query.valuesOf(parameters));
  }

  attempt<Result>(work: (scope: WriteScope) => Promise<Result>): Promise<Result> {
    const life = new Life(this.parts.life);
    return this.transaction.transaction((transaction) =>
      life.of(() =>
        work(new TransactionScope({ ...this.parts, transaction, life, isWhole: false })),
      ),
    );
  }

  as<Result>(context: Context, work: (scope: WriteScope) => Promise<Result>): Promise<Result> {
    const { correlationId } = this.context;
    const life = new Life(this.parts.life);
    const scope = new TransactionScope({
      ...this.parts,
      context: { ...context, correlationId },
      life,
      isWhole: false,
    });
    return this.parts.step(context, () => life.of(() => work(scope)));
  }

  signed(context: Context): string {
    return this.parts.sign(context);
  }
}

const nothing = (): void => undefined;

/**
 * A scope of a role with policies of its own: each statement is committed on its own, except in a
 * transaction.
 */
export interface RoleScope extends StatementScope {
  transaction<Result>(work: (scope: StatementScope) => Promise<Result>): Promise<Result>;
}

/** The scope of a single connection, without a context: a test's, in a transaction of the test. */
export function connectionScope(connection: pg.ClientBase): StatementScope {
  const ask: Ask = (_context, statement, values) => runOn(connection, statement, values);
  return new SeparateScope({}, ask, ask);
}

/**
 * The scope of a role with policies of its own (relay, ingest, market), without a context. A
 * connection is discarded after a failed statement.
 */
export function roleScope(pool: pg.Pool): RoleScope {
  const ask: Ask = (_context, statement, values) =>
    onConnection(pool, (connection) => runOn(connection, statement, values));
  const scope = new SeparateScope({}, ask, ask);
  return Object.assign(scope, {
    transaction: <Result>(work: (scope: StatementScope) => Promise<Result>) =>
      onConnection(pool, async (connection) => {
        const life = new Life();
        const ask: Ask = async (_context, statement, values) => {
          life.assertGoesOn();
          return runOn(connection, statement, values);
        };
        await connection.query('begin');
        const result = await life.of(() => work(new SeparateScope({}, ask, ask)));
        await connection.query('commit');
        return result;
      }),
  });
}

async function onConnection<Result>(
  pool: pg.Pool,
  work: (connection: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const connection = await pool.connect();
  try {
    const result = await work(connection);
    connection.release();
    return result;
  } catch (error) {
    connection.release(asError(error));
    throw error;
  }
}
