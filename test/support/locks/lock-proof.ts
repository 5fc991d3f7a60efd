import type pg from 'pg';
import { connectionScope } from '../../../db/connection/scope.js';
import type { Query } from '../../../db/connection/query.js';
import { eventually } from '../timing/eventually.js';
import { plant, rowOf, type Row, type Table } from '../servers/tenant-rows.js';

/** Row locks of PostgreSQL, the weakest first: a lock keeps others from as many of the four. */
const lockModes = ['KEY SHARE', 'SHARE', 'NO KEY UPDATE', 'UPDATE'] as const;
type LockMode = (typeof lockModes)[number];

type Parameters = Readonly<Record<string, unknown>>;

/** What another transaction meets while a query's transaction goes on. */
interface LockClaims {
  /** The lock on rows of each table. */
  holds?: Readonly<Record<string, LockMode>>;
  /** With these parameters the query waits in the other transaction. */
  excludes?: Parameters;
  /** Rows of the table that are another's are neither waited for nor changed. */
  passesBy?: string;
}

export interface LockProof extends LockClaims {
  /** The smallest rows, with the given values in addition. */
  rows?: readonly (readonly [table: string, values: Row])[];
  parameters?: Parameters;
}

/** Lock proofs of a domain by the name of the query: `<domain>.locks.ts` of each domain. */
export type LockProofs = Readonly<Record<string, LockProof>>;

interface Parts {
  admin: pg.Pool;
  tables: readonly Table[];
  query: Query<never, unknown>;
  proof: LockProof;
}

export const claimsOf = ({ holds, excludes, passesBy }: LockProof): LockClaims => ({
  ...(holds && { holds }),
  ...(excludes && { excludes }),
  ...(passesBy !== undefined && { passesBy }),
});

/** Runs the query beside another transaction; answers the claims that the other confirms. */
export async function confirmedClaims({ admin, tables, query, proof }: Parts): Promise<LockClaims> {
  await plant(
    admin,
    (proof.rows ?? []).map(([name, values]) => {
      const table = tables.find((each) => each.name === name);
      if (!table) throw new Error(`there is no table ${name}`);
      return { table, row: { ...rowOf(table, accountOf(values)), ...values } };
    }),
  );
  const [one, other] = [await admin.connect(), await admin.connect()];
  const run = (connection: pg.PoolClient, parameters: Parameters = proof.parameters ?? {}) =>
    connectionScope(connection).run(query, parameters as never);
  try {
    const { holds, excludes, passesBy } = proof;
    if (passesBy !== undefined)
      return (await isPassedBy(one, other, passesBy, run)) ? { passesBy } : {};
    await one.query('begin');
    await run(one);
    return {
      ...(holds && { holds: await heldLocks(other, Object.keys(holds)) }),
      ...(excludes && (await isExcluded(one, other, () => run(other, excludes))) && { excludes }),
    };
  } finally {
    one.release(true);
    other.release(true);
  }
}

const accountOf = ({ account_id }: Row): string =>
  account_id ?? '01890000-0000-7000-8000-000000000001';

/** The strongest lock that the other transaction has on rows of each table. */
async function heldLocks(
  connection: pg.PoolClient,
  tables: readonly string[],
): Promise<Record<string, LockMode>> {
  const locks: [string, LockMode][] = [];
  for (const table of tables) {
    let refused = 0;
    for (const mode of lockModes) {
      const { rows } = await connection.query<{ is_locked: boolean }>(
        `select count(*) > (select count(*) from (select from ${table} for ${mode} skip locked) f) as is_locked from ${table}`,
      );
      if (rows[0]?.is_locked) refused += 1;
    }
    const mode = lockModes[refused - 1];
    if (mode) locks.push([table, mode]);
  }
  return Object.fromEntries(locks);
}

/** Whether the other's run waits for a lock of the first, and then goes on. */
async function isExcluded(
  one: pg.PoolClient,
  other: pg.PoolClient,
  run: () => Promise<unknown>,
): Promise<boolean> {
  const [first, second] = [await backendOf(one), await backendOf(other)];
  let isDone = false;
  const waiting = run().finally(() => (isDone = true));
  const waits = await eventually(async () => {
    const { rows } = await one.query<{ waits: boolean }>(
      'select $1 = any (pg_blocking_pids($2)) as waits',
      [first, second],
    );
    if (!rows[0]?.waits && !isDone) throw new Error('neither waits nor is done');
    return rows[0]?.waits === true;
  });
  await one.query('rollback');
  await waiting;
  return waits;
}

const backendOf = async (connection: pg.PoolClient): Promise<number> => {
  const { rows } = await connection.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? 0;
};

/** Whether the query leaves locked rows alone at once, and changes the rows once free. */
async function isPassedBy(
  one: pg.PoolClient,
  other: pg.PoolClient,
  table: string,
  run: (connection: pg.PoolClient) => Promise<unknown>,
): Promise<boolean> {
  const rowsNow = async (): Promise<string> =>
    JSON.stringify((await one.query(`select t::text as row from ${table} t order by 1`)).rows);
  const before = await rowsNow();
  await other.query('begin');
  await other.query(`select from ${table} for update`);
  await one.query("begin; set local lock_timeout = '1s'");
  await run(one);
  await one.query('commit');
  const isLeftAlone = (await rowsNow()) === before;
  await other.query('rollback');
  await run(one);
  return isLeftAlone && (await rowsNow()) !== before;
}
