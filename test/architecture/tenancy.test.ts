import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { signContext } from '../../db/connection/context.js';
import { leastOf, testedDomain } from '../support/routes/tested-domain.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import {
  insertOf,
  plant,
  rowOf,
  tablesOf,
  type Row,
  type Table,
} from '../support/servers/tenant-rows.js';

/**
 * Tables without an owner's column, and the reason. No account sees a row of such a table, except
 * for public tables.
 */
const ownerless: Readonly<Record<string, { why: string; isPublic?: true }>> = {
  'identity.avatars': { why: 'of people and accounts alike' },
  'identity.bootstraps': { why: 'of the installation' },
  'identity.counted_resources': { why: 'a list of tables' },
  'identity.external_principals': { why: 'of machines that issuers vouch for' },
  'identity.identifier_changes': { why: 'of people' },
  'identity.identities': { why: 'of people' },
  'identity.notices': { why: 'of people' },
  'identity.notice_messages': { why: 'of people' },
  'identity.plans': { why: 'the same for everybody', isPublic: true },
  'identity.platform_roles': { why: 'of people' },
  'identity.principals': { why: 'of people and accounts alike' },
  'identity.recovery_codes': { why: 'of people' },
  'identity.refresh_tokens': { why: 'of people' },
  'identity.registrations': { why: 'of people who have yet to prove who they are' },
  'identity.code_channels': { why: 'of the installation' },
  'identity.code_misses': { why: 'of identifiers, by a keyed hash' },
  'identity.code_standings': { why: 'of identifiers, by a keyed hash' },
  'identity.mfa_challenges': { why: 'of people' },
  'identity.mfa_factors': { why: 'of people' },
  'identity.mfa_tries': { why: 'of people' },
  'identity.password_reset_requests': { why: 'of identifiers' },
  'identity.sign_in_agents': { why: 'of people' },
  'identity.sign_in_misses': { why: 'of identifiers, by a keyed hash' },
  'identity.signing_keys': { why: 'of the installation' },
  'identity.token_channels': { why: 'of people' },
  'identity.tokens': { why: 'of people' },
  'identity.sso_flows': { why: 'of people' },
  'identity.user_sessions': { why: 'of people' },
  'identity.users': { why: 'people, who belong to any number of accounts' },
  'platform.audit_checkpoints': {
    why: 'roots and counts over all chains, which anyone may check',
    isPublic: true,
  },
  'platform.audit_keys': { why: 'of the installation' },
  'platform.audit_witnesses': { why: 'of the installation' },
  'platform.leases': { why: 'of the installation', isPublic: true },
  'platform.context_keys': { why: 'of the installation' },
  'platform.dispatch_counter': { why: 'one number, the same for everybody', isPublic: true },
  'platform.event_subjects': { why: 'counters of subjects, which several accounts may share' },
  'platform.lanes': { why: 'of consumers, seen through those' },
  'notifications.mailbox': { why: 'of people, and of development' },
  'platform.partition_policies': { why: 'months by table, the same for everybody', isPublic: true },
  'platform.rate_windows': { why: 'counters of callers, who may have no account' },
  'platform.unsigned_starts': { why: 'one moment, of the installation' },
  'platform.schedule_heartbeats': { why: 'of the installation' },
  'devices.claim_misses': { why: 'counters of accounts, people and addresses' },
  'devices.device_access': { why: 'of units of the inventory, whoever has them' },
  'devices.device_inboxes': { why: 'of whoever the device is attached to' },
  'devices.device_units': { why: 'of the inventory: a unit exists before anybody owns it' },
  'devices.devices': { why: 'of whoever the device is attached to' },
  'platform.standing_changes': { why: 'whose standing has changed, whoever they are' },
  'devices.past_messages': { why: 'of whoever the device was attached to, by fingerprints' },
};

/**
 * Unique indexes across accounts, able to tell of another account's value; and the justification.
 */
const uniqueAcross: Readonly<Record<string, string>> = {
  'identity.accounts': 'the id is the account itself',
  'identity.api_keys': 'hashes of random keys, and random ids',
  'identity.invites': 'hashes of codes under a key outside the database',
  'platform.consumers': 'the id holds a random one',
  'platform.deliveries': 'random ids',
  'platform.events': 'a random id',
  'devices.device_attachments': 'a device has one owner, and a reservoir one device',
  'devices.device_telemetry_messages': 'written by telemetry alone; a device has one owner',
  'water.orders': 'a code that people say to each other',
  'devices.telemetry_drops': 'written by telemetry alone; of devices that nobody has, too',
};

/** Privileges on rows of the roles that work for all accounts at once, and nothing more. */
const acrossAccounts: Readonly<Record<string, readonly string[]>> = {
  // Appends to chains, and follows chains.
  millrace_audit: [
    'platform.audit_checkpoint_heads: read',
    'platform.audit_heads: read update insert',
    'platform.audit_log: read insert',
  ],
  // Reports refusals, by a function.
  millrace_gateway: [],
  // Takes telemetry in and derives readings, in batches of many accounts' devices.
  millrace_ingest: [
    'devices.device_attachments: read',
    'devices.device_telemetry_messages: read insert',
    'devices.messages_aside: read delete insert',
    'devices.telemetry_drops: read update delete insert',
    'water.reservoir_levels: read update insert',
    'water.reservoir_readings: read insert',
    'water.reservoirs: read',
  ],
  // Shows listings, by functions.
  millrace_market: [],
  // Hands events on, and clears up after.
  millrace_relay: [
    'platform.commands: delete',
    'platform.consumers: read update delete insert',
    'platform.deliveries: read update delete insert',
    'platform.effects: delete',
    'platform.events: read update',
    'platform.idempotency_keys: delete',
    'platform.objects: read update',
  ],
};

const [ours, theirs, nobodys] = [randomUUID(), randomUUID(), randomUUID()];
const app = 'millrace_app';
/** A domain's tables are in the schema of the same name. */
const isTested = (table: string): boolean =>
  testedDomain === undefined || table.startsWith(`${testedDomain}.`);
let test: TestDatabase;
let all: Table[];
/** Of the tested domain. */
let tables: Table[];
let planted: Map<string, Row>;

beforeAll(async () => {
  test = await createTestDatabase();
  all = await tablesOf(test.admin);
  tables = all.filter(({ name }) => isTested(name));
  planted = await plantBoth(all);
});
afterAll(() => test.drop());

/** One row of each account in each table; answers the other account's rows. */
async function plantBoth(into: readonly Table[]): Promise<Map<string, Row>> {
  const rows = into.flatMap((table) =>
    [ours, theirs].map((accountId) => ({ table, row: rowOf(table, accountId) })),
  );
  await plant(test.admin, rows);
  return new Map(
    rows
      .filter(({ row }) => row['account_id'] === theirs)
      .map(({ table, row }) => [table.name, row]),
  );
}

const digest = (content: string, key: string) =>
  `${content}|${createHmac('sha256', key).update(content).digest('hex')}`;
type Sign = (pid: number) => string;
/** Contexts without anybody. */
const empty: Readonly<Record<string, Sign>> = {
  none: () => '',
  stranger: (pid) => signContext({ accountId: nobodys }, pid, test.contextKey),
  forged: (pid) => signContext({ accountId: ours }, pid, 'a guess'),
  'of another backend': (pid) => signContext({ accountId: ours }, pid + 1, test.contextKey),
  expired: (pid) => digest(`${ours}||${Math.floor(Date.now() / 1000) - 1}|${pid}`, test.contextKey),
  garbage: () => `${ours}||9999999999|1|x`,
};
const own: Sign = (pid) => signContext({ accountId: ours }, pid, test.contextKey);

interface Outcome {
  rows: number;
  code: string | undefined;
}
type Ask = (text: string, values?: string[]) => Promise<Outcome>;
const refused = '42501';
/** For a context not signed by the process for the connection within the last minute. */
const contextRefused = 'MR002';

/** Runs each statement as the role and in the context, and rolls the statement back. */
async function as<T>(role: string, sign: Sign, work: (ask: Ask) => Promise<T>): Promise<T> {
  const client = await test.admin.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const open = `begin; set local role ${role}; select set_config('millrace.context', '${sign(rows[0]?.pid ?? 0)}', true)`;
  try {
    return await work(async (text, values = []) => {
      await client.query(open);
      try {
        const { rows: answered, rowCount } = await client.query<{ n?: number }>(text, values);
        return { rows: answered[0]?.n ?? rowCount ?? 0, code: undefined };
      } catch (error) {
        return { rows: 0, code: (error as pg.DatabaseError).code };
      } finally {
        await client.query('rollback');
      }
    });
  } finally {
    client.release();
  }
}

const isNothing = ({ rows, code }: Outcome): boolean =>
  rows === 0 && (code === undefined || isRefused({ rows, code }));
const isRefused = ({ code }: Outcome): boolean => code === refused || code === contextRefused;
const told = ({ rows, code }: Outcome): string => code ?? `${rows} rows`;

/** The application's reach into another account's rows, in words. */
async function leaksOf(table: Table): Promise<string[]> {
  const { name } = table;
  const leaks: string[] = [];
  const look =
    (context: string, of: string, ask: Ask) =>
    async (what: string, text: string, only?: string) => {
      const outcome = await ask(text, text.includes('$1') ? [of] : []);
      const isFine = only === undefined ? isNothing(outcome) : outcome.code === only;
      if (!isFine) leaks.push(`${name}: ${what}, context ${context}: ${told(outcome)}`);
    };
  const contexts: [string, string, Sign][] = [
    ['own', theirs, own],
    ...Object.entries(empty).flatMap(([context, sign]): [string, string, Sign][] => [
      [context, theirs, sign],
      [context, ours, sign],
    ]),
  ];
  for (const [context, of, sign] of contexts)
    await as(app, sign, async (ask) => {
      const see = look(context, of, ask);
      await see('read', `select * from ${name} where account_id = $1`);
      await see('count', `select count(*)::int as n from ${name} where account_id = $1`);
      await see('update', `update ${name} set account_id = account_id where account_id = $1`);
      await see('delete', `delete from ${name} where account_id = $1`);
      const insertion = insertOf(table, rowOf(table, of));
      const inserted = await ask(insertion.text, insertion.values);
      if (!isRefused(inserted))
        leaks.push(`${name}: insert, context ${context}: ${told(inserted)}`);
      // Whether a row is there already must not change the refusal.
      const again = insertOf(table, planted.get(name) ?? {});
      const probed = of === theirs ? await ask(again.text, again.values) : inserted;
      if (told(probed) !== told(inserted))
        leaks.push(`${name}: probe, context ${context}: ${told(probed)}`);
      if (context !== 'own')
        await see('count of all', `select count(account_id)::int as n from ${name}`);
    });
  await as(app, own, async (ask) => {
    const away = await ask(`update ${name} set account_id = $1 where account_id = $2`, [
      theirs,
      ours,
    ]);
    if (!isNothing(away)) leaks.push(`${name}: given away: ${told(away)}`);
    if (name in uniqueAcross) return;
    // The other account's keys under our own account: as free as any other.
    const copy = insertOf(table, { ...planted.get(name), account_id: ours });
    const fresh = insertOf(table, rowOf(table, ours));
    const [copied, made] = [await ask(copy.text, copy.values), await ask(fresh.text, fresh.values)];
    if (told(copied) !== told(made))
      leaks.push(`${name}: probe of keys: ${told(copied)} rather than ${told(made)}`);
  });
  return leaks;
}

const leaksOfAll = async (of: readonly Table[]): Promise<string[]> => {
  const leaks: string[] = [];
  for (const table of of) leaks.push(...(await leaksOf(table)));
  return leaks;
};

/** Tables without an owner or without policies, and no word on why. */
const unguarded = (of: readonly Table[]): string[] =>
  of
    .filter(({ name, isOwned, isSecured }) => (isOwned ? !isSecured : !(name in ownerless)))
    .map(({ name }) => name);

describe('every table', () => {
  it('says whose its rows are and has forced policies, or is on the list with a reason', () => {
    expect(tables.length).toBeGreaterThan(leastOf(35));
    expect(unguarded(tables)).toEqual([]);
    const known = new Set(all.map(({ name }) => name));
    expect(
      Object.keys({ ...ownerless, ...uniqueAcross }).filter((name) => !known.has(name)),
    ).toEqual([]);
  });

  it('of an account shows the application no row of another, whatever it does and says that it is', async () => {
    const owned = tables.filter(({ isOwned }) => isOwned);
    expect(owned.length).toBeGreaterThan(leastOf(20));
    expect(await leaksOfAll(owned)).toEqual([]);
  });

  it('of an account shows the account its own, so the silence above is not that of an empty table', async () => {
    const unseen: string[] = [];
    await as(app, own, async (ask) => {
      for (const { name } of tables.filter(({ isOwned }) => isOwned))
        if (
          (await ask(`select count(*)::int as n from ${name} where account_id = $1`, [ours]))
            .rows !== 1
        )
          unseen.push(name);
    });
    expect(unseen).toEqual([]);
  });

  it('of no account shows no account anything, unless everybody may see it', async () => {
    const seen: string[] = [];
    for (const [context, sign] of [['own', own] as const, ...Object.entries(empty)])
      await as(app, sign, async (ask) => {
        for (const { name } of tables.filter(({ isOwned }) => !isOwned)) {
          if (ownerless[name]?.isPublic) continue;
          const outcome = await ask(`select count(*)::int as n from ${name}`);
          if (!isNothing(outcome)) seen.push(`${name}, context ${context}: ${told(outcome)}`);
        }
      });
    expect(seen).toEqual([]);
  });

  it('is keyed by its account, so that keys tell nothing across accounts, but for those on the list', async () => {
    const { rows } = await test.admin.query<{ name: string }>(`
      select distinct format('%I.%I', n.nspname, c.relname) as name
      from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'account_id'
      where (i.indisunique or i.indisexclusion) and not c.relispartition and not a.attnum = any (i.indkey)`);
    const listed = Object.keys(uniqueAcross).filter((name) => name !== 'identity.accounts');
    expect(rows.map(({ name }) => name).sort()).toEqual(listed.sort());
  });

  it('refers to a row of an account by its account and its id', async () => {
    const { rows } = await test.admin.query(`
      select k.conrelid::regclass::text || ': ' || pg_get_constraintdef(k.oid) as reference
      from pg_constraint k
      join pg_attribute ours on ours.attrelid = k.conrelid and ours.attname = 'account_id'
      join pg_attribute theirs on theirs.attrelid = k.confrelid and theirs.attname = 'account_id'
      join pg_class c on c.oid = k.conrelid
      where k.contype = 'f' and not c.relispartition and k.conparentid = 0 and not theirs.attnum = any (k.confkey)`);
    expect(rows).toEqual([]);
  });
});

describe('the roles that work across accounts', () => {
  it('reach what is on this list and nothing else', async () => {
    const { rows: roles } = await test.admin.query<{ role: string }>(
      "select rolname as role from pg_roles where rolname like 'millrace\\_%' and rolname not in ('millrace_owner', $1) order by 1",
      [app],
    );
    const reached: Record<string, string[]> = {};
    for (const { role } of roles)
      await as(
        role,
        () => '',
        async (ask) => {
          const able = async (table: Table): Promise<string> => {
            const insertion = insertOf(table, rowOf(table, ours));
            const tries = {
              read: await ask(`select count(account_id)::int as n from ${table.name}`),
              // Of any column.
              update: await ask(
                `select has_any_column_privilege('${table.name}', 'update')::int as n`,
              ),
              delete: await ask(`delete from ${table.name}`),
              // A foreign key without a match is met after the policies.
              insert: await ask(insertion.text, insertion.values),
            };
            return Object.entries(tries)
              .flatMap(([what, outcome]) => (isNothing(outcome) ? [] : [what]))
              .join(' ');
          };
          reached[role] = [];
          for (const table of all.filter(({ isOwned }) => isOwned)) {
            const what = await able(table);
            if (what !== '') reached[role].push(`${table.name}: ${what}`);
          }
        },
      );
    expect(reached).toEqual(acrossAccounts);
  });
});

describe('a table that is not guarded', () => {
  const find = async (name: string): Promise<Table[]> => {
    const matches = (await tablesOf(test.admin)).filter((table) => table.name === name);
    planted = new Map([...planted, ...(await plantBoth(matches))]);
    return matches;
  };

  it('is matches without policies', async () => {
    await test.admin
      .query(`create table water.planted (account_id uuid not null, planted_id uuid primary key, note text);
      grant select, insert, update, delete on water.planted to millrace_app`);
    const matches = await find('water.planted');
    expect(unguarded(matches)).toEqual(['water.planted']);
    const leaks = await leaksOfAll(matches);
    for (const what of [
      'read',
      'count',
      'update',
      'delete',
      'insert',
      'probe',
      'given away',
      'probe of keys',
    ])
      expect(
        leaks.filter((leak) => leak.startsWith(`water.planted: ${what}`)).length,
      ).toBeGreaterThan(0);
  });

  it('is matches with a policy that lets everybody in', async () => {
    await test.admin.query(`create table water.open (account_id uuid primary key);
      alter table water.open enable row level security;
      alter table water.open force row level security;
      create policy everybody on water.open to millrace_app using (true);
      grant select on water.open to millrace_app`);
    const matches = await find('water.open');
    expect(unguarded(matches)).toEqual([]);
    expect((await leaksOfAll(matches)).length).toBeGreaterThan(0);
  });

  it('is matches without an owner', async () => {
    await test.admin.query('create table water.ownerless (id uuid primary key)');
    const matches = (await tablesOf(test.admin)).filter(({ name }) => name === 'water.ownerless');
    expect(unguarded(matches)).toEqual(['water.ownerless']);
  });
});
