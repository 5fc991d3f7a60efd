import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type pg from 'pg';

/** A table of ours by the catalogue. */
export interface Table {
  name: string;
  /** Whether a row says the owner. */
  isOwned: boolean;
  /** Row-level security is enabled and forced, and there is a policy. */
  isSecured: boolean;
  /** The columns without a default, the owner first. */
  needed: { column: string; type: string; allowed: string | null }[];
}
/** Column → value as text. */
export type Row = Readonly<Record<string, string>>;

/** The schemas come from the catalogue, too: everything outside PostgreSQL's. */
export async function tablesOf(admin: pg.Pool): Promise<Table[]> {
  const { rows } = await admin.query<Table>(`
    select format('%I.%I', n.nspname, c.relname) as name,
      exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'account_id') as "isOwned",
      c.relrowsecurity and c.relforcerowsecurity and exists (select 1 from pg_policy p where p.polrelid = c.oid) as "isSecured",
      (select coalesce(json_agg(json_build_object('column', a.attname, 'type', format_type(a.atttypid, null), 'allowed', (
          select (regexp_match(pg_get_constraintdef(k.oid), '= (?:ANY \\(\\(?ARRAY\\[)?''([^'']*)'''))[1] from pg_constraint k
          where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum] limit 1))
          order by a.attname <> 'account_id', a.attnum), '[]')
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          and (a.attname = any (array['account_id', 'email']) or (a.attnotnull and not a.atthasdef and a.attidentity = ''))) as needed
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema$|public$)'
    order by 1`);
  return rows;
}

const letters = (n: number): string => randomBytes(n).toString('hex').toUpperCase().slice(0, n);

/** Values by the name of the column, where the type alone is not enough. */
const byColumn: Readonly<Record<string, () => string>> = {
  currency: () => 'KES',
  email: () => `${letters(12)}@example.com`,
  prefix: () => letters(8).toLowerCase(),
  scopes: () => '{water.read}',
  device_id: () => letters(12),
  serial_number: () => `JL-${letters(6)}`,
  action: () => 'site.create',
  subject_type: () => 'site',
  consumer_id: () => `webhook/${randomUUID()}`,
  sha256: () => randomBytes(32).toString('hex'),
  signature: () => `\\x${randomBytes(64).toString('hex')}`,
  volume_band: () => '[0,100)',
  validity: () => '[2026-01-01,2027-01-01)',
};
/** Likewise, where no constraint lists the values. */
const byColumnUnlisted: Readonly<Record<string, () => string>> = { reason: () => 'A_REASON' };
const byType: Readonly<Record<string, () => string>> = {
  uuid: () => randomUUID(),
  text: () => `x${letters(12).toLowerCase()}`,
  'character varying': () => `x${letters(12).toLowerCase()}`,
  citext: () => letters(12),
  integer: () => '1',
  smallint: () => '1',
  bigint: () => String(randomInt(1, 2 ** 40)),
  numeric: () => '1',
  'double precision': () => '1',
  boolean: () => 'true',
  date: () => new Date(Date.UTC(2026, 0, randomInt(1, 20_000))).toISOString().slice(0, 10),
  'timestamp with time zone': () => new Date().toISOString(),
  jsonb: () => '{}',
  bytea: () => `\\x${randomBytes(32).toString('hex')}`,
  'text[]': () => '{}',
};

/** The smallest row of the table, of an account where the table has owners. */
export function rowOf({ name, needed }: Table, accountId: string): Row {
  const entries = needed.map(({ column, type, allowed }) => {
    if (column === 'account_id') return [column, accountId];
    const value = byColumn[column]?.() ?? allowed ?? (byColumnUnlisted[column] ?? byType[type])?.();
    if (value === undefined)
      throw new Error(
        `${name}: say in test/support/servers/tenant-rows.ts what a ${column} (${type}) is`,
      );
    return [column, value];
  });
  return Object.fromEntries(entries) as Row;
}

export function insertOf({ name }: Table, row: Row): { text: string; values: string[] } {
  const columns = Object.keys(row);
  const places = columns.map((_, index) => `$${index + 1}`);
  return {
    text: `insert into ${name} (${columns.join(', ')}) overriding system value values (${places.join(', ')})`,
    values: Object.values(row),
  };
}

/** Inserts rows past policies, foreign keys and triggers; a broken constraint is named. */
export async function plant(
  admin: pg.Pool,
  rows: readonly { table: Table; row: Row }[],
): Promise<void> {
  const client = await admin.connect();
  try {
    await client.query('begin; set local session_replication_role = replica');
    for (const { table, row } of rows) {
      const { text, values } = insertOf(table, row);
      // Where there can be one row only, the row is there.
      await client.query(`${text} on conflict do nothing`, values);
    }
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}
