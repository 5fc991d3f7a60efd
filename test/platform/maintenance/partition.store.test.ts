import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPartitionWalk } from '../../../workers/maintenance/partition-walk.js';
import { platformAccountId } from '../../../db/connection/database.js';
import { partitionStore } from '../../../db/platform/partition.store.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';

let test: TestDatabase;
let partitions: ReturnType<typeof partitionStore>;
beforeAll(async () => {
  test = await createTestDatabase();
  partitions = partitionStore(test.database.statements({ accountId: platformAccountId }));
});
afterAll(() => test.drop());

const monthsAway = (months: number): Date => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 15));
};
const nameOf = (table: string, month: Date) =>
  `${table}_${month.toISOString().slice(0, 7).replace('-', '')}`;
const isThere = async (name: string): Promise<boolean> =>
  (await test.admin.query('select to_regclass($1) is not null as there', [name])).rows[0].there;
const event = (moment: Date, more = 'null') =>
  test.admin.query(
    `insert into platform.events (event_id, topic, event_type, event_version, subject_type, subject_id, subject_seq,
       occurred_at, payload, dispatched_at)
     values (platform.uuid_at($1), 't', 'T', 1, 's', '1', 1, $1, '{}', ${more}) returning tableoid::regclass::text as part`,
    [moment],
  );
const partOf = async (moment: Date) =>
  (
    await test.admin.query(
      'select tableoid::regclass::text as part from platform.events where event_id = platform.uuid_at($1)',
      [moment],
    )
  ).rows;

describe('the months of large tables', () => {
  it('have a policy each', async () => {
    const { rows } = await test.admin.query(
      'select partrelid::regclass::text as name from pg_partitioned_table order by 1',
    );
    expect(await partitions.tables()).toEqual(rows.map(({ name }) => name));
  });

  it('are there already after the migrations, and stay as they are', async () => {
    for (const table of await partitions.tables()) expect(await partitions.make(table)).toBe(0);
  });

  it('are made ahead, and rows that came meanwhile move from the default partition into theirs', async () => {
    const next = monthsAway(2);
    const name = nameOf('platform.events', next);
    await test.admin.query(`drop table ${name}`);
    expect((await event(next)).rows).toEqual([{ part: 'platform.events_default' }]);
    const made = await Promise.all([1, 2].map(() => partitions.make('platform.events')));
    expect(made.sort()).toEqual([0, 1]);
    expect(await partOf(next)).toEqual([{ part: name }]);
    // The migrations' partition, in each respect.
    const shape = (table: string) =>
      test.admin.query(
        `select (select count(*) from pg_index where indrelid = $1::regclass) as indexes,
           pg_get_userbyid(c.relowner) as owner, c.relacl, pg_get_expr(c.relpartbound, c.oid) ~ '^FOR VALUES FROM' as bound
         from pg_class c where c.oid = $1::regclass`,
        [table],
      );
    const [mine, theirs] = [
      await shape(name),
      await shape(nameOf('platform.events', monthsAway(1))),
    ];
    expect(mine.rows).toEqual(theirs.rows);
  });

  it('of the audit log refuse what the log refuses, when they are made later', async () => {
    const name = nameOf('platform.audit_log', monthsAway(3));
    await test.admin.query(`drop table ${name}`);
    expect(await partitions.make('platform.audit_log')).toBe(1);
    await expect(test.admin.query(`truncate ${name}`)).rejects.toThrow();
  });

  it('that cannot be made fail loudly, and do not keep the others from it', async () => {
    const [blocked, other] = [monthsAway(3), monthsAway(3)];
    await test.admin.query(`drop table ${nameOf('platform.events', blocked)}`);
    await test.admin.query(`create table ${nameOf('platform.events', blocked)} (x integer)`);
    await test.admin.query(`drop table ${nameOf('water.reservoir_readings', other)}`);
    const task = createPartitionWalk(partitions.tables, partitions.make);
    await expect(task(() => {})).rejects.toThrow(/already exists/);
    expect(await isThere(nameOf('water.reservoir_readings', other))).toBe(true);
  });

  it('are dropped when the table keeps them no longer, but not while something in them still waits', async () => {
    const months = [-16, -15, -14, -13].map(monthsAway);
    for (const month of months) {
      const from = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), 1));
      const to = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1));
      await test.admin.query(
        `set role millrace_owner; create table ${nameOf('platform.events', month)} partition of platform.events
           for values from ('${await uuidAt(from)}') to ('${await uuidAt(to)}'); reset role`,
      );
    }
    const [delivering, done, undispatched] = months as [Date, Date, Date];
    for (const month of [delivering, done]) await event(month, 'now()');
    await event(undispatched);
    await test.admin.query(
      `insert into platform.deliveries (consumer_id, lane_id, event_id, event_type, subject_seq)
       values ('mqtt', 1, platform.uuid_at($1), 'T', 1)`,
      [delivering],
    );
    const left = async () =>
      Promise.all(months.map((month) => isThere(nameOf('platform.events', month))));
    expect(await partitions.dropOld('platform.events')).toBe(1);
    expect(await left()).toEqual([true, false, true, true]);
    await test.admin.query("update platform.deliveries set state = 'SKIPPED', finished_at = now()");
    await test.admin.query('update platform.events set dispatched_at = now()');
    expect(await partitions.dropOld('platform.events')).toBe(2);
    expect(await left()).toEqual([false, false, false, true]);
    expect(await partitions.dropOld('platform.audit_log')).toBe(0);
  });

  it('are of the tables with a policy, whatever is asked for', async () => {
    for (const name of ['identity.users', "platform.events'; drop table platform.events; --"])
      for (const change of [partitions.make, partitions.dropOld])
        await expect(change(name)).rejects.toThrow(/no rows/);
  });
});

async function uuidAt(moment: Date): Promise<string> {
  return (await test.admin.query('select platform.uuid_at($1) as id', [moment])).rows[0].id;
}
