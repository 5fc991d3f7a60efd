import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { eventViews } from '../../db/platform/delivery/event.views.js';
import { commandRecords } from '../../db/platform/command.records.js';
import { signContext } from '../../db/connection/context.js';
import type { Query, StatementScope } from '../../db/connection/database.js';
import type { Statement } from '../../db/connection/pipeline.js';
import { runOn } from '../../db/connection/transaction-query.js';
import { sessionOptions } from '../../db/connection/pg-types.js';
import { orderViews } from '../../db/water/order.views.js';
import { readingViews } from '../../db/water/reading.views.js';
import { reservoirViews } from '../../db/water/reservoir.views.js';
import { stockViews } from '../../db/water/stock.views.js';
import { telemetryViews } from '../../db/devices/telemetry.views.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';

const ownRows = 20;
const [account, reservoir] = [randomUUID(), randomUUID()];
const [order, event, command] = [randomUUID(), randomUUID(), randomUUID()];
const device = 'B43A4536C83C';

let test: TestDatabase;
let app: pg.Client;
beforeAll(async () => {
  test = await createTestDatabase();
  app = new pg.Client({ connectionString: test.urls.app, options: sessionOptions });
  await app.connect();
  await addRows(account, ownRows);
});
afterAll(async () => {
  await app.end();
  await test.drop();
});

/**
 * Of each table, without the triggers and references that would have to be served by other rows.
 */
async function addRows(owner: string, count: number): Promise<void> {
  const id = (of: string) =>
    `case when $1::text = '${account}' and n = 1 then '${of}'::uuid else gen_random_uuid() end`;
  const its = owner === account;
  const occurredAt = `now() - n * interval '1 second'`;
  const statements = [
    `insert into water.reservoirs (account_id, reservoir_id, site_id, name, reservoir_type, mobility, monitoring_mode)
     select $1::text::uuid, ${id(reservoir)}, gen_random_uuid(), 'Tank', 'TANK', 'FIXED', 'DEVICE' from generate_series(1, $2::int) n`,
    `insert into water.reservoir_levels (account_id, reservoir_id) select r.account_id, r.reservoir_id from water.reservoirs r
     where r.account_id = $1::text::uuid and $2::int > 0`,
    `insert into water.reservoir_readings (account_id, reservoir_id, reading_id, recorded_at, level_pct, source, device_id,
       device_seq, geometry_version)
     select $1::text::uuid, ${its ? `'${reservoir}'` : 'gen_random_uuid()'}, gen_random_uuid(), ${occurredAt}, 50, 'DEVICE', '${device}', n, 1
     from generate_series(1, $2::int) n`,
    `insert into devices.device_telemetry_messages (device_id, account_id, message_id, seq, accepted_no, received_at, payload)
     select ${its ? `'${device}'` : `upper(substr(md5(n::text || $1), 1, 12))`}, $1::text::uuid, gen_random_uuid(), n, n, ${occurredAt}, '{}'
     from generate_series(1, $2::int) n`,
    `insert into water.orders (account_id, order_id, order_code, seller_account_id, seller_reservoir_id, seller_display_name,
       requested_fill_mode, requested_volume_liters, price_rule_id, price_quote_total_minor, currency, status, created_by, created_at)
     select $1::text::uuid, ${id(order)}, gen_random_uuid()::text, gen_random_uuid(), gen_random_uuid(), 'S', 'VOLUME_LITERS', 1,
       gen_random_uuid(), 1, 'KES', 'CREATED', gen_random_uuid(), ${occurredAt} from generate_series(1, $2::int) n`,
    `insert into platform.events (event_id, account_id, topic, event_type, event_version, subject_type, subject_id, subject_seq,
       occurred_at, payload, dispatched_at, dispatch_no)
     select ${id(event)}, $1::text::uuid, 't', 'SITE_CREATED', 1, 'site', gen_random_uuid()::text, 1,
       ${occurredAt}, '{}', now(), (select coalesce(max(e.dispatch_no), 0) from platform.events e) + n from generate_series(1, $2::int) n`,
    `insert into platform.commands (account_id, command_id, principal_id, route, action, subject_type, lease_until, expires_at)
     select $1::text::uuid, ${id(command)}, gen_random_uuid(), 'POST /', 'a', 's', now() + interval '1 day', now() from generate_series(1, $2::int) n`,
  ];
  const client = await test.admin.connect();
  try {
    await client.query('set session_replication_role = replica');
    for (const text of statements) await client.query(text, [owner, count]);
  } finally {
    await client.query('reset session_replication_role');
    client.release();
  }
}

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Parent Relationship'?: string;
  'Actual Loops': number;
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Plan[];
}
type Asked = readonly [statement: Statement, values: readonly unknown[]];

/** As the application runs the statement, under the account's context; writes are rolled back. */
async function planOf(asked: Omit<Statement, 'name'>, values: readonly unknown[]): Promise<Plan> {
  const { processID } = app as pg.Client & { processID: number };
  await app.query('begin');
  try {
    await app.query("select set_config('millrace.context', $1, true)", [
      signContext({ accountId: account }, processID, test.contextKey),
    ]);
    const text = `explain (analyze, buffers, verbose, timing off, format json) ${asked.text}`;
    const { parameterTypes = [] } = asked;
    // Each statement is planned anew, for the given values.
    const explained = () =>
      runOn<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        app,
        { name: `explain.${randomUUID()}`, text, parameterTypes },
        values,
      );
    // The first reads the catalogue too, whenever something else has changed it meanwhile.
    await explained();
    const [row] = await explained();
    if (!row) throw new Error('nothing was explained');
    return row['QUERY PLAN'][0].Plan;
  } finally {
    await app.query('rollback');
  }
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
const asksWhoCalls = /current_(account|principal|counterpart)_id|verified_context/;
/** Nodes that look up the context for each row. */
const askingAgain = (plan: Plan) =>
  nodesOf(plan).filter(({ Plans: _inner, ...node }) => {
    const isOnce = node['Parent Relationship'] === 'InitPlan' && node['Actual Loops'] <= 1;
    return asksWhoCalls.test(JSON.stringify(node)) && !isOnce;
  });

const removedBy = (plan: Plan): number =>
  nodesOf(plan).reduce(
    (sum, node) => sum + (node['Rows Removed by Filter'] ?? 0) * node['Actual Loops'],
    0,
  );

/** The first statement asked by views or records in a scope of the account. */
const notedIn = (ask: (scope: StatementScope) => Promise<unknown>): Promise<Asked> =>
  new Promise((resolve, reject) => {
    const run = async <Parameters, Row>(
      asked: Query<Parameters, Row>,
      parameters: Parameters,
    ): Promise<Row[]> => {
      resolve([asked, asked.valuesOf(parameters)]);
      return [];
    };
    // A view's failure over no row does not matter.
    const end = () => reject(new Error('nothing was asked'));
    const scope: StatementScope = {
      context: { accountId: account },
      accountId: account,
      principalId: account,
      read: run,
      run,
    };
    ask(scope).then(end, end);
  });

const noPeriod = { since: null, until: null };
/** The statements of each request, command and stream. */
const hot: Readonly<Record<string, () => Promise<Asked>>> = {
  'an order': () => notedIn((scope) => orderViews(scope).detail(order)),
  'the snapshot of an order': () => notedIn((scope) => orderViews(scope).snapshot(order)),
  'orders of a buyer': () => notedIn((scope) => orderViews(scope).page('buyer', null, 10)),
  'orders of a seller': () => notedIn((scope) => orderViews(scope).page('seller', null, 10)),
  'orders of both sides': () => notedIn((scope) => orderViews(scope).page('all', null, 10)),
  'an offer': () =>
    notedIn((scope) =>
      stockViews(scope).offer({ sellerReservoirId: reservoir, currency: 'KES', liters: 10 }),
    ),
  readings: () => notedIn((scope) => readingViews(scope).raw(reservoir, noPeriod, null, 10)),
  'telemetry, the latest': () => notedIn((scope) => telemetryViews(scope, []).latest(device)),
  telemetry: () =>
    notedIn((scope) => telemetryViews(scope, []).history(device, noPeriod, null, 10)),
  events: () =>
    notedIn((scope) => {
      const anything = { eventType: null, subjectType: null, subjectId: null };
      return eventViews(scope).page(anything, null, 10);
    }),
  'events of a stream': () => notedIn((scope) => eventViews(scope).after(0, 10)),
  'an event': () => notedIn((scope) => eventViews(scope).byId(event)),
  'a reservoir': () => notedIn((scope) => reservoirViews(scope).byId(reservoir)),
  reservoirs: () => notedIn((scope) => reservoirViews(scope).page(null, null, 10)),
  'a command that is settled': () => notedIn((scope) => commandRecords(scope).settle(command, {})),
  'a command that is forgotten': () => notedIn((scope) => commandRecords(scope).forget(command)),
};
const foreignRows = 20_000;
const hotTables = [
  'orders',
  'reservoir_readings',
  'device_telemetry_messages',
  'events',
  'reservoirs',
  'commands',
];

describe('whose context it is', () => {
  it('is asked by every policy once a statement, in a select of its own', async () => {
    const { rows } = await test.admin.query<{ name: string; expression: string }>(
      `select p.polrelid::regclass::text || '.' || p.polname as name, e.expression
       from pg_policy p, lateral unnest(array[pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)])
         as e(expression) where e.expression ~ 'current_(account|principal|counterpart)_id|verified_context'`,
    );
    expect(rows.length).toBeGreaterThan(50);
    const odd = rows.filter(({ expression }) =>
      asksWhoCalls.test(
        expression.replaceAll(/\( SELECT platform\.current_\w+_id\(\) AS current_\w+_id\)/g, ''),
      ),
    );
    expect(odd).toEqual([]);
  });

  it('is seen to be asked for each row where a policy says so', async () => {
    await test.admin.query(`create policy planted on water.reservoirs for select to millrace_app
      using (name = 'x' or account_id = platform.current_account_id())`);
    const plan = await planOf(
      { text: 'select * from water.reservoirs r where r.account_id = $1' },
      [account],
    );
    await test.admin.query('drop policy planted on water.reservoirs');
    expect(askingAgain(plan).length).toBeGreaterThan(0);
  });
});

describe('a statement of every day', () => {
  const blocks: Record<string, number> = {};
  const readOf = (plan: Plan) => plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  const names = Object.keys(hot);
  const askedBy = (name: string): Promise<Asked> =>
    hot[name]?.() ?? Promise.reject(new Error(name));

  beforeAll(async () => {
    // Some accounts, so that the planner knows indices to be worth the cost; then many times as
    // many.
    for (let n = 0; n < 20; n += 1) await addRows(randomUUID(), 100);
    await test.admin.query('vacuum analyze');
    for (const name of names) blocks[name] = readOf(await planOf(...(await askedBy(name))));
    for (let n = 0; n < 4; n += 1) await addRows(randomUUID(), foreignRows / 4);
    await test.admin.query('vacuum analyze');
  });

  it.each(names)(
    'asks once whose context it is, and reads by an index what is foreign: %s',
    async (name) => {
      const plan = await planOf(...(await askedBy(name)));
      expect(askingAgain(plan)).toEqual([]);
      const nodes = nodesOf(plan);
      // Empty partitions and tables are read without an index.
      const unserved = nodes.filter(
        (node) => node['Node Type'] === 'Seq Scan' && node['Actual Rows'] > 0,
      );
      expect(unserved.map((node) => node['Relation Name'])).toEqual([]);
      expect(removedBy(plan)).toBeLessThan(ownRows);
      // An index over ten times as many rows is a block deeper at most, on each way into an index.
      const ways = nodes.filter(({ 'Node Type': type }) => /Index/.test(type)).length;
      expect(readOf(plan)).toBeLessThanOrEqual((blocks[name] ?? 0) + 2 * ways * ownRows);
    },
  );

  it('is seen to cost what is foreign where a policy is served by no index', async () => {
    await test.admin.query(`create policy planted on water.reservoirs for select to millrace_app
      using ((select platform.current_account_id()) = any (array[account_id, site_id]))`);
    const plan = await planOf({ text: 'select r.name from water.reservoirs r' }, []);
    await test.admin.query('drop policy planted on water.reservoirs');
    expect(removedBy(plan)).toBeGreaterThan(foreignRows / 2);
  });

  it('is of each table that grows with every account', async () => {
    const plans = await Promise.all(names.map(askedBy));
    const texts = plans.map(([{ text }]) => text).join(' ');
    for (const table of hotTables) expect(texts).toContain(`.${table} `);
  });
});
