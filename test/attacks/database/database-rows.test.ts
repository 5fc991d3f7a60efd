import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { signContext, type Context } from '../../../db/connection/context.js';
import type { RoleKey } from '../../../db/setup/provision.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { aReservoir, aSeller } from '../../support/water/market.js';
import { ourSchemas } from '../../support/servers/schemas.js';

const [mine, victim] = [randomUUID(), randomUUID()];
const [webhookId, theirWebhookId] = [randomUUID(), randomUUID()];
const [myEvent, theirEvent] = [randomUUID(), randomUUID()];
const [consumer, theirConsumer] = [`webhook/${webhookId}`, `webhook/${theirWebhookId}`];
const [deviceId, refused] = ['ATTACKED01', '42501'];
let [lane, theirLane] = ['', ''];
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  const { admin } = test;
  for (const [account, event, webhook] of [
    [mine, myEvent, webhookId],
    [victim, theirEvent, theirWebhookId],
  ] as const) {
    await admin.query(
      `insert into platform.events (event_id, account_id, topic, event_type, event_version, subject_type, subject_id, subject_seq,
         occurred_at, payload) values ($1, $2, 't', 'SITE_CREATED', 1, 'site', $3, 1, now(), '{}')`,
      [event, account, randomUUID()],
    );
    await admin.query(`insert into platform.event_subjects values ('site', $1, 1)`, [account]);
    await admin.query(
      `insert into identity.principals (principal_id, kind) values ($1, 'ORGANIZATION')`,
      [account],
    );
    await admin.query(
      `insert into identity.accounts (account_id, kind, name) values ($1, 'ORGANIZATION', 'A')`,
      [account],
    );
    await admin.query(
      `insert into identity.subscriptions (account_id, plan_id, plan_version) values ($1, 'pro', 1)`,
      [account],
    );
    await admin.query(
      `insert into platform.webhooks (account_id, webhook_id, url, secret_sealed) values ($1, $2, 'https://example.com', '\\x00')`,
      [account, webhook],
    );
    await admin.query(
      `insert into platform.consumers (consumer_id, account_id, kind) values ($1, $2, 'webhook')`,
      [`webhook/${webhook}`, account],
    );
  }
  const lanes = await admin.query<{ id: string }>(
    `insert into platform.lanes (consumer_id, subject_type, subject_id) values ($1, 'site', 's'), ($2, 'site', 's')
     returning lane_id::text as id`,
    [consumer, theirConsumer],
  );
  [lane, theirLane] = lanes.rows.map(({ id }) => id) as [string, string];
  await admin.query(
    `insert into devices.device_units (device_id, serial_number, provisioning_status, mqtt_password_hash)
     values ($1, 'JL-ATTACK', 'PROVISIONED', $2)`,
    [deviceId, randomBytes(32)],
  );
  await admin.query(
    `insert into devices.devices (device_id, serial_number) values ($1, 'JL-ATTACK')`,
    [deviceId],
  );
  await admin.query(`insert into platform.rate_windows values ('someone', 7, 1e15)`);
});
afterAll(() => test.drop());

type Ask = (text: string, values?: readonly unknown[]) => Promise<string>;
/** Answers `n rows`, or the SQLSTATE of the refusal; each statement is rolled back. */
async function as<T>(
  role: RoleKey,
  signed: string | Context | undefined,
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  const context = typeof signed === 'string' ? { accountId: signed } : signed;
  const client = new pg.Client({ connectionString: test.urls[role] });
  await client.connect();
  const { processID } = client as pg.Client & { processID: number };
  try {
    return await work(async (text, values = []) => {
      await client.query('begin');
      if (context)
        await client.query(`select set_config('millrace.context', $1, true)`, [
          signContext(context, processID, test.contextKey),
        ]);
      try {
        return `${(await client.query(text, [...values])).rowCount} rows`;
      } catch (error) {
        return (error as pg.DatabaseError).code ?? String(error);
      } finally {
        await client.query('rollback');
      }
    });
  } finally {
    await client.end();
  }
}

interface Forged {
  account: string | null;
  counterpart?: string;
  type?: string;
  subject?: readonly [type: string, id: string];
}
const emission = ({
  account,
  counterpart,
  type = 'SITE_CREATED',
  subject = ['site', randomUUID()],
}: Forged) => ({
  text: `select platform.emit_events($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[],
    $9::timestamptz[], $10::uuid[], $11::uuid[], $12::jsonb[], null)`,
  values: [
    [randomUUID()],
    [account],
    [counterpart ?? null],
    ['t'],
    [type],
    [1],
    [subject[0]],
    [subject[1]],
    [null],
    [null],
    [null],
    ['{}'],
  ],
});
const delivery = `insert into platform.deliveries (account_id, consumer_id, lane_id, event_id, event_type, subject_seq)
  values ($1, $2, $3, $4, 'SITE_CREATED', 1)`;

describe('the application in one account’s context', () => {
  it('delivers to its own webhook its own events alone, in its own lanes', async () => {
    await as('app', mine, async (ask) => {
      expect(await ask(delivery, [mine, consumer, lane, myEvent])).toBe('1 rows');
      expect(await ask(delivery, [mine, consumer, lane, theirEvent])).toBe(refused);
      expect(await ask(delivery, [mine, consumer, lane, randomUUID()])).toBe(refused);
      expect(await ask(delivery, [mine, consumer, theirLane, myEvent])).toBe(refused);
      expect(await ask(delivery, [mine, theirConsumer, theirLane, myEvent])).toBe(refused);
      expect(await ask(delivery, [mine, 'mqtt', lane, myEvent])).toBe(refused);
    });
  });

  it('makes no consumer but of its own webhooks', async () => {
    const make =
      'insert into platform.consumers (consumer_id, account_id, kind) values ($1, $2, $3)';
    await test.admin.query('delete from platform.consumers where consumer_id = any($1)', [
      [consumer, theirConsumer],
    ]);
    await as('app', mine, async (ask) => {
      expect(await ask(make, [consumer, mine, 'webhook'])).toBe('1 rows');
      expect(await ask(make, [theirConsumer, mine, 'webhook'])).toBe(refused);
      expect(await ask(make, ['internal/mine', mine, 'internal'])).toBe(refused);
    });
  });

  it('tells events of its own account alone, and moves no number without one', async () => {
    await as('app', mine, async (ask) => {
      const emit = (forged: Forged) => ask(emission(forged).text, emission(forged).values);
      expect(await emit({ account: mine })).toBe('1 rows');
      expect(await emit({ account: mine, counterpart: victim })).toBe(refused);
      expect(await emit({ account: victim, counterpart: mine })).toBe(refused);
      expect(await emit({ account: victim })).toBe(refused);
      expect(await emit({ account: null })).toBe(refused);
      for (const text of [
        `insert into platform.events (event_id, account_id, counterpart_account_id, topic, event_type, event_version, subject_type,
           subject_id, subject_seq, occurred_at, payload)
         values (gen_random_uuid(), '${victim}', '${mine}', 't', 'T', 1, 's', 's', 1, now(), '{}')`,
        'update platform.event_subjects set last_seq = last_seq + 1000000',
        'select * from platform.event_subjects',
        `select nextval('platform.event_positions')`,
        emission({ account: victim }).text.replace('emit_events', 'store_events'),
        emission({ account: victim }).text.replace('emit_events', 'emit_telemetry_events'),
      ])
        expect(
          await ask(text, text.includes('$1') ? emission({ account: victim }).values : []),
        ).toBe(refused);
    });
    await as('app', undefined, async (ask) => {
      expect(await ask(emission({ account: mine }).text, emission({ account: mine }).values)).toBe(
        refused,
      );
    });
  });

  it('makes no order, note, review or alert that is of somebody else or of nothing', async () => {
    const reservoir = await aReservoir(test.admin, mine);
    const order = `insert into water.orders (account_id, order_id, order_code, seller_account_id, seller_reservoir_id,
      seller_display_name, requested_fill_mode, requested_volume_liters, price_rule_id, price_quote_total_minor, currency, status,
      created_by, created_at) values ($1, gen_random_uuid(), 'X', $2, $3, 'S', 'VOLUME_LITERS', 1, gen_random_uuid(), 1, 'KES',
      'CREATED', gen_random_uuid(), now())`;
    const note = `insert into water.order_notes (account_id, order_id, note_id, seller_account_id, author_principal_id, note)
      values ($1, gen_random_uuid(), gen_random_uuid(), $2, gen_random_uuid(), 'n')`;
    const review = `insert into water.order_reviews (account_id, order_id, author_party, review_id, seller_account_id,
      author_principal_id, rating) values ($1, gen_random_uuid(), $3, gen_random_uuid(), $2, gen_random_uuid(), 1)`;
    const alert = `insert into notifications.alerts (account_id, alert_id, event_id, event_type, subject_type, subject_id, severity,
      context_type, message_key) values ($1, gen_random_uuid(), $2, 'T', 's', 's', 'INFO', 'SITE', 'k')`;
    await as('app', mine, async (ask) => {
      expect(await ask(order, [victim, mine, reservoir])).toBe(refused);
      expect(await ask(order, [mine, victim, reservoir])).toBe(refused);
      for (const [buyer, seller] of [
        [victim, mine],
        [mine, victim],
      ])
        expect([
          await ask(note, [buyer, seller]),
          await ask(review, [buyer, seller, 'BUYER']),
        ]).toEqual([refused, refused]);
      expect(await ask(review, [victim, mine, 'SELLER'])).toBe(refused);
      expect(await ask(alert, [mine, myEvent])).toBe('1 rows');
      expect(await ask(alert, [mine, theirEvent])).toBe(refused);
      expect(await ask('update water.orders set account_id = account_id')).toBe(refused);
      expect(
        await ask(
          `insert into devices.devices (device_id, serial_number) values ('OTHER1', 'JL-OTHER1')`,
        ),
      ).toBe(refused);
    });
  });

  it('changes no order as one party alone, and writes of one in nobody else’s name', async () => {
    const { accountId: seller, reservoirId } = await aSeller(test.admin);
    const orderId = randomUUID();
    await test.admin.query(
      `insert into water.orders (account_id, order_id, order_code, seller_account_id, seller_reservoir_id,
         seller_display_name, requested_fill_mode, requested_volume_liters, price_rule_id, price_quote_total_minor, currency, status,
         created_by, created_at)
       select $1, $2, 'Y', $3, $4, 'S', 'VOLUME_LITERS', 1, r.price_rule_id, 1, 'KES', 'ACCEPTED', gen_random_uuid(), now()
       from water.price_rules r where r.account_id = $3`,
      [mine, orderId, seller, reservoirId],
    );
    const change = `update water.orders set next_deadline = now() where order_id = '${orderId}'`;
    for (const alone of [mine, seller])
      await as('app', alone, async (ask) => expect(await ask(change)).toBe('0 rows'));
    const both = { accountId: seller, counterpartAccountId: mine };
    await as('app', both, async (ask) => expect(await ask(change)).toBe('1 rows'));

    const [me, other] = [randomUUID(), randomUUID()];
    const note = (
      author: string,
    ) => `insert into water.order_notes (account_id, order_id, note_id, seller_account_id,
      author_principal_id, note) values ('${mine}', '${orderId}', gen_random_uuid(), '${seller}', '${author}', 'n')`;
    const review = (
      party: string,
      author: string,
    ) => `insert into water.order_reviews (account_id, order_id, author_party,
      review_id, seller_account_id, author_principal_id, rating)
      values ('${mine}', '${orderId}', '${party}', gen_random_uuid(), '${seller}', '${author}', 1)`;
    await as('app', { accountId: mine, principalId: me }, async (ask) => {
      expect([await ask(note(me)), await ask(note(other))]).toEqual(['1 rows', refused]);
      expect([await ask(review('BUYER', me)), await ask(review('BUYER', other))]).toEqual([
        '1 rows',
        refused,
      ]);
      expect(await ask(review('SELLER', me))).toBe(refused);
    });
  });

  it('attaches no unit that it has not claimed, nor makes an attachment one of another unit', async () => {
    const unit = 'ATTACKED02';
    await test.admin.query(
      `insert into devices.device_units (device_id, serial_number, provisioning_status, mqtt_password_hash)
       values ($1, 'JL-ATTAC2', 'PROVISIONED', $2)`,
      [unit, randomBytes(32)],
    );
    await test.admin.query(
      `insert into devices.devices (device_id, serial_number) values ($1, 'JL-ATTAC2')`,
      [unit],
    );
    const reservoir = await aReservoir(test.admin, mine);
    const attach = `insert into devices.device_attachments (attachment_id, device_id, account_id, kind, thing_id)
      values (gen_random_uuid(), '${unit}', '${mine}', 'reservoir', '${reservoir}')`;
    const claimed = (account: string | null) =>
      test.admin.query('update devices.device_units set claimed_by = $2 where device_id = $1', [
        unit,
        account,
      ]);
    await as('app', mine, async (ask) => {
      expect(await ask(attach)).toBe(refused);
      await claimed(victim);
      expect(await ask(attach)).toBe(refused);
      await claimed(mine);
      expect(await ask(attach)).toBe('1 rows');
      for (const column of ['device_id', 'account_id', 'kind', 'thing_id'])
        expect(await ask(`update devices.device_attachments set ${column} = ${column}`)).toBe(
          refused,
        );
    });
  });

  it('reads and changes no counts of callers', async () => {
    await as('app', mine, async (ask) => {
      expect(await ask('select * from platform.rate_windows')).toBe('0 rows');
      expect(await ask('delete from platform.rate_windows')).toBe('0 rows');
      expect(await ask(`insert into platform.rate_windows values ('someone', 0, 1)`)).toBe(refused);
    });
  });
});

describe('a role', () => {
  it('that relays forgets keys and commands once they have expired, and not before', async () => {
    for (const [name, moment] of [
      ['over', "now() - interval '1 day'"],
      ['open', "now() + interval '1 day'"],
    ]) {
      await test.admin
        .query(`insert into platform.idempotency_keys (account_id, route, key, fingerprint, status, headers, expires_at)
        values ('${mine}', 'r', '${name}', '\\x00', 200, '{}', ${moment})`);
      await test.admin
        .query(`insert into platform.commands (account_id, command_id, principal_id, route, action, subject_type,
        lease_until, expires_at) values ('${mine}', gen_random_uuid(), '${mine}', 'r', 'a', 's', now(), ${moment})`);
    }
    await as('relay', undefined, async (ask) => {
      expect(await ask('delete from platform.idempotency_keys')).toBe('1 rows');
      expect(await ask('delete from platform.commands')).toBe('1 rows');
    });
  });

  it('that relays moves the marks of events, and reads neither addresses nor answers', async () => {
    await as('relay', undefined, async (ask) => {
      expect(await ask('update platform.events set dispatched_at = now()')).toBe('2 rows');
      for (const column of [
        'payload',
        'account_id',
        'counterpart_account_id',
        'occurred_at',
        'event_type',
        'subject_seq',
      ])
        expect(await ask(`update platform.events set ${column} = ${column}`)).toBe(refused);
      for (const text of [
        'select ip from platform.commands',
        'select body from platform.idempotency_keys',
        'select key from platform.rate_windows',
        'select * from water.orders',
        'delete from platform.events',
      ])
        expect(await ask(text)).toBe(refused);
    });
  });

  it('that takes telemetry in tells of telemetry, for whoever has the device', async () => {
    const reservoir = await aReservoir(test.admin, victim);
    await test.admin.query(
      `insert into devices.device_attachments (account_id, attachment_id, device_id, kind, thing_id) values ($1, $2, $3, 'reservoir', $4)`,
      [victim, randomUUID(), deviceId, reservoir],
    );
    await as('ingest', undefined, async (ask) => {
      const emit = (forged: Forged) => ask(emission(forged).text, emission(forged).values);
      const device = ['device', deviceId] as const;
      const level = 'RESERVOIR_LEVEL_READING';
      expect(await emit({ account: victim, type: 'DEVICE_ONLINE', subject: device })).toBe(
        '1 rows',
      );
      expect(await emit({ account: victim, type: level, subject: ['reservoir', reservoir] })).toBe(
        '1 rows',
      );
      expect(await emit({ account: mine, type: 'DEVICE_ONLINE', subject: device })).toBe(refused);
      expect(await emit({ account: mine, type: level, subject: ['reservoir', reservoir] })).toBe(
        refused,
      );
      expect(
        await emit({ account: victim, type: 'ORDER_DELIVERED', subject: ['order', randomUUID()] }),
      ).toBe(refused);
      expect(await emit({ account: victim, type: 'DEVICE_UPDATED', subject: device })).toBe(
        refused,
      );
      expect(
        await emit({ account: victim, counterpart: mine, type: 'DEVICE_ONLINE', subject: device }),
      ).toBe(refused);
      expect(await ask('select mqtt_password_hash from devices.device_units')).toBe(refused);
      expect(await ask('select * from platform.events')).toBe(refused);
      expect(await ask('select * from devices.device_credentials(array[$1])', [deviceId])).toBe(
        '1 rows',
      );
    });
  });

  it('that shows the marketplace reads no table, and lists what is offered', async () => {
    const seller = await aSeller(test.admin);
    await aReservoir(test.admin, victim);
    await as('market', undefined, async (ask) => {
      const { rows } = await test.admin.query<{ name: string }>(
        `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in (${ourSchemas}) and c.relkind in ('r', 'p')`,
      );
      for (const { name } of rows)
        expect([name, await ask(`select from ${name}`)]).toEqual([name, refused]);
      expect(await ask('select water.seller_of($1)', [seller.reservoirId])).toBe('1 rows');
      const listed = await test.admin.query(`select 1 from water.seller_reservoirs`);
      const all = 'select * from water.listings(0, 0, 1e9, null, null, null, null, 1000)';
      expect(Number((await ask(all)).split(' ')[0])).toBeLessThanOrEqual(listed.rowCount ?? 0);
    });
  });
});
