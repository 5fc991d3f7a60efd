import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createDatabase, roleScope } from '../../db/connection/database.js';
import { connectionScope } from '../../db/connection/scope.js';
import type { Acknowledged } from '../../workers/invariants/acknowledged.js';
import { findBreaches } from '../../workers/invariants/check.js';
import { rowInvariants } from '../../workers/invariants/rows.js';
import {
  attachNewDevice,
  makeReservoir,
  makeSite,
  placeOrder,
  recordLevel,
  type Actor,
} from '../support/people/actors.js';
import { eventually } from '../support/timing/eventually.js';
import { requestExport } from '../support/holdings/platform.holding.js';
import { makeShop } from '../support/holdings/water.holding.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';
import { createFleet } from '../faults/fleet.js';

let system: TestSystem;
let buyer: Actor;
let orderId = '';
let exportId = '';
let messages: Acknowledged['messages'];

beforeAll(async () => {
  system = await startTestSystem();
  const [seller, boss] = [await system.signUp('seller'), await system.platformAdmin()];
  buyer = await system.signUp('buyer');
  orderId = await placeOrder(buyer, await makeShop(seller));
  await seller.api.post(`/v1/accounts/${seller.accountId}/orders/${orderId}/accept`);
  const reservoirId = await makeReservoir(buyer, await makeSite(buyer));
  await recordLevel(buyer, reservoirId, 50);
  await recordLevel(buyer, reservoirId, 5);
  exportId = await requestExport(buyer);
  const fleet = createFleet([await attachNewDevice(boss, buyer, reservoirId)]);
  messages = fleet.acknowledged;
  await fleet.publish(system.mqttUrl, () => fleet.sentCount() >= 5);
  await eventually(atRest);
});
afterAll(() => system.stop());

/** All consequences have come: a breach is planted at rest. */
async function atRest(): Promise<void> {
  const { rows } = await system.admin.query(
    `select 'event ' || e.event_type as waits from platform.events e where e.dispatched_at is null
     union all select 'delivery to ' || d.consumer_id from platform.deliveries d where d.state = 'PENDING'
     union all select 'message of ' || i.device_id from devices.device_inboxes i where i.derived_to < i.accepted_to`,
  );
  expect(rows).toEqual([]);
}

/** One order alone is compared with Temporal, since other tests share the namespace. */
const check = (admin: pg.Pool, acknowledged?: Acknowledged) =>
  findBreaches({
    admin: roleScope(admin),
    temporal: system.temporal.client,
    acknowledged,
    limit: 1,
  });

/** The breaches after the change of the rows; then the change is undone. */
async function foundAfter(sql: string, limit = 1): Promise<string[]> {
  const client = await system.admin.connect();
  try {
    // As PostgreSQL's own replication writes: no trigger and no foreign key is in the way of a
    // breach.
    await client.query('begin; set local session_replication_role = replica');
    await client.query(sql);
    const admin = connectionScope(client);
    return await findBreaches({ admin, temporal: system.temporal.client, limit });
  } finally {
    await client.query('rollback');
    client.release();
  }
}

const newestEvent = (type: string) =>
  `(select event_id from platform.events where event_type = '${type}' order by position desc limit 1)`;
const stranger = randomUUID();
/** A webhook with an event delivered to the consumer of alerts, and no alert. */
const untoldWebhook = (eventType: string, subjectType: string): string => `
  insert into platform.webhooks (account_id, webhook_id, url, secret_sealed)
    values ('${stranger}', '${stranger}', 'https://example.com/', '');
  insert into platform.events (event_id, account_id, topic, event_type, event_version, subject_type, subject_id, subject_seq,
      occurred_at, payload, dispatched_at)
    values ('${stranger}', '${stranger}', 't', '${eventType}', 1, '${subjectType}', '${stranger}', 1, now(), '{}', now());
  insert into platform.deliveries (account_id, consumer_id, lane_id, event_id, event_type, subject_seq, state, finished_at)
    values ('${stranger}', 'internal/webhook-alerts', 1, '${stranger}', '${eventType}', 1, 'SENT', now())`;
/** The planting of each breach, by the breach's text. */
const plants: Readonly<Record<string, string>> = {
  'an order and its first event': "delete from platform.events where event_type = 'ORDER_CREATED'",
  'a code that was asked for and its event': `insert into identity.tokens (token_id, user_id, purpose, nonce, expires_at)
    values (gen_random_uuid(), gen_random_uuid(), 'VERIFY_IDENTIFIER', 'n', now() + interval '1 hour')`,
  'an open session is of a user who may sign in':
    "update identity.users set status = 'LOCKED' where status = 'ACTIVE'",
  'an active user has a principal, and a proved identifier one user': `drop index identity.users_proved_email;
    update identity.users set email = 'twice@example.com', email_verified_at = now()`,
  'an organisation with members has an owner': `insert into identity.accounts (account_id, kind, name)
      values ('${stranger}', 'ORGANIZATION', 'x');
    insert into identity.access_grants (account_id, principal_id, resource_type, resource_id, role)
      values ('${stranger}', '${stranger}', 'account', '${stranger}', 'VIEWER')`,
  'one key signs, and no key stays past its time': `update identity.signing_keys set state = 'RETIRING',
    retire_at = now() + interval '1 hour' where state = 'CURRENT'`,
  'an API key that is good is of a member who is not disabled': `insert into identity.api_keys
      (account_id, api_key_id, principal_id, created_by, prefix, key_hash, name, scopes, expires_at)
    values ('${stranger}', '${stranger}', '${stranger}', '${stranger}', 'prefixed', decode(repeat('ab', 32), 'hex'), 'x',
      '{water.read}', now() + interval '1 day')`,
  'an alert and its event': "delete from platform.events where event_type = 'ALERT_CREATED'",
  'an export that was asked for and its event': `insert into platform.audit_exports (account_id, export_id)
    values (gen_random_uuid(), gen_random_uuid())`,
  'an export that is done has all its files': `insert into platform.audit_exports (account_id, export_id, status, finished_at)
    values (gen_random_uuid(), gen_random_uuid(), 'DONE', now())`,
  'an event is dispatched': `update platform.events set dispatched_at = null, available_at = now() - interval '2 minutes'
    where event_id = ${newestEvent('ORDER_CREATED')}`,
  'a delivery is sent, or a dead letter holds its lane': `update platform.deliveries set state = 'PENDING', finished_at = null,
    created_at = now() - interval '2 minutes'`,
  'a lane waits exactly while something is in it, and is held exactly by a dead letter': `update platform.lanes set due_at = 'infinity'`,
  'no event overtakes the one before it': `update platform.deliveries set finished_at = now() + interval '1 hour'
    where (lane_id, subject_seq) in (select lane_id, min(subject_seq) from platform.deliveries group by 1)`,
  'a message makes one reading at most, and none before its turn': `insert into water.reservoir_readings (account_id, reservoir_id,
      reading_id, recorded_at, level_pct, source, device_id, device_seq, geometry_version)
    select account_id, reservoir_id, gen_random_uuid(), recorded_at + interval '1 ms', level_pct, source, device_id, device_seq, 1
    from water.reservoir_readings where device_id is not null limit 1`,
  'a level change that was delivered raises one alert': 'delete from notifications.alerts',
  'an inbox knows exactly its messages':
    'delete from devices.device_telemetry_messages where seq = 2',
  'a level is what the last reading that moved it said':
    'update water.reservoir_levels set level_pct = level_pct + 1',
  'a level state is the one last told': "update water.reservoir_levels set level_state = 'FULL'",
  'what a circuit breaker did and was delivered raises one alert': untoldWebhook(
    'WEBHOOK_SUSPENDED',
    'webhook',
  ),
  'a dead letter that holds a lane of a webhook has an open alert': `${untoldWebhook('DELIVERY_DIED', 'delivery')};
    insert into platform.deliveries (delivery_id, account_id, consumer_id, lane_id, event_id, event_type, subject_seq, state, dead_at)
    values ('${stranger}', '${stranger}', 'webhook/${stranger}', 1, '${randomUUID()}', 'ORDER_CREATED', 1, 'DEAD', now())`,
  'a rating is the sum of its reviews': 'update water.seller_profiles set review_count = 1',
  'what a plan counts is what there is': 'update identity.usage set used = used + 1',
  'from one to the last that was given out': `update platform.events set subject_seq = subject_seq + 1
    where event_id = ${newestEvent('ORDER_ACCEPTED')}`,
  'a message of a device is kept once': `insert into devices.device_telemetry_messages
    select device_id, account_id, gen_random_uuid(), seq, accepted_no + 100, received_at, observed_at, payload
    from devices.device_telemetry_messages where seq = 1`,
  'what a device sent is of an account that had it': `update devices.device_telemetry_messages set account_id = '${stranger}' where seq = 1`,
  'a reading is of the account of its reservoir': `insert into water.reservoir_readings (account_id, reservoir_id, reading_id,
      recorded_at, level_pct, source, geometry_version)
    select '${stranger}', reservoir_id, gen_random_uuid(), now(), 1, 'MANUAL', 1 from water.reservoirs limit 1`,
  'an event is of the accounts of its order': `update platform.events set counterpart_account_id = '${stranger}'
    where event_id = ${newestEvent('ORDER_ACCEPTED')}`,
  'an event is of the account of its reservoir': `update platform.events set account_id = '${stranger}'
    where event_id = ${newestEvent('RESERVOIR_LEVEL_STATE_CHANGED')}`,
  'an alert is of an account of its event': `update notifications.alerts set account_id = '${stranger}'`,
  'a delivery is of its consumer’s account, and its event one that this account may see': `update platform.deliveries
    set account_id = '${stranger}'`,
  'notes and reviews are of the parties of their order': `insert into water.order_notes (account_id, order_id, note_id,
      seller_account_id, author_principal_id, note)
    select account_id, order_id, gen_random_uuid(), '${stranger}', account_id, '' from water.orders`,
};

describe('the invariants', () => {
  it('hold of a system that works', async () => {
    const acknowledged = {
      orders: new Map([[orderId, ['ORDER_CREATED', 'ORDER_ACCEPTED']]]),
      messages,
      emails: [buyer.email],
      exports: new Set([exportId]),
    };
    await eventually(async () => expect(await check(system.admin, acknowledged)).toEqual([]));
  });

  it.each(rowInvariants)('$id, $says: a breach is found', async ({ id, says }) => {
    const plant = plants[says];
    if (plant === undefined) throw new Error('nothing is planted for it');
    expect(
      (await foundAfter(plant)).filter((found) => found.startsWith(`${id} ${says}: `)),
    ).not.toEqual([]);
  });

  it('I1: an order, a step, a message, a person or an export that was acknowledged and is not there is found', async () => {
    const [deviceId = ''] = messages.keys();
    const lost = {
      orders: new Map([
        [stranger, ['ORDER_CREATED']],
        [orderId, ['ORDER_CREATED', 'ORDER_REJECTED']],
      ]),
      messages: new Map([[deviceId, new Set([1, 4_711])]]),
      emails: [buyer.email, 'nobody@example.com'],
      exports: new Set([exportId, stranger]),
    };
    expect(
      (await check(system.admin, lost)).map((found) =>
        found.replace(/^I1 by the clients’ own lists: /, ''),
      ),
    ).toEqual([
      `order ${stranger}`,
      `order ${orderId}: ORDER_CREATED,ORDER_REJECTED ≠ ORDER_CREATED,ORDER_ACCEPTED`,
      'registration 2',
      `export ${stranger}`,
      `${deviceId} 4711`,
    ]);
  });

  it('I4: a delivery whose start was sent and that is not at work is found', async () => {
    const found = await foundAfter(`
      insert into identity.tokens (token_id, user_id, purpose, nonce, expires_at)
        values ('${stranger}', gen_random_uuid(), 'VERIFY_IDENTIFIER', 'n', now() + interval '1 hour');
      insert into platform.events (event_id, topic, event_type, event_version, subject_type, subject_id, subject_seq, occurred_at,
        payload, dispatched_at) values ('${stranger}', 't', 'OTP_DELIVERY_REQUESTED', 1, 'otp', '${stranger}', 1, now(), '{}', now());
      insert into platform.deliveries (consumer_id, lane_id, event_id, event_type, subject_seq, state, finished_at)
        values ('internal/otp-delivery', 1, '${stranger}', 'OTP_DELIVERY_REQUESTED', 1, 'SENT', now())`);
    expect(found).toContain(`I4 a code’s delivery: otp/${stranger}: nothing`);
  });

  it('I4: a notice whose start was sent and that is not at work is found', async () => {
    const found = await foundAfter(`
      insert into identity.notices (event_id, user_id, kind) values ('${stranger}', gen_random_uuid(), 'NEW_SIGN_IN');
      insert into platform.events (event_id, topic, event_type, event_version, subject_type, subject_id, subject_seq, occurred_at,
        payload, dispatched_at) values ('${stranger}', 't', 'SECURITY_NOTICE_REQUESTED', 1, 'user', '${stranger}', 1, now(), '{}', now());
      insert into platform.deliveries (consumer_id, lane_id, event_id, event_type, subject_seq, state, finished_at)
        values ('internal/security-notice', 1, '${stranger}', 'SECURITY_NOTICE_REQUESTED', 1, 'SENT', now())`);
    expect(found).toContain(`I4 a notice to a person: notice/${stranger}: nothing`);
  });

  it('I4: an export whose start was sent and that is not at work is found', async () => {
    const found = await foundAfter(
      `
      insert into platform.audit_exports (account_id, export_id) values ('${stranger}', '${stranger}');
      insert into platform.events (event_id, topic, event_type, event_version, subject_type, subject_id, subject_seq, occurred_at,
        payload, dispatched_at)
        values ('${stranger}', 't', 'AUDIT_EXPORT_REQUESTED', 1, 'audit-export', '${stranger}', 1, now(), '{}', now());
      insert into platform.deliveries (consumer_id, lane_id, event_id, event_type, subject_seq, state, finished_at)
        values ('internal/audit-exports', 1, '${stranger}', 'AUDIT_EXPORT_REQUESTED', 1, 'SENT', now())`,
      2,
    );
    expect(found).toContain(`I4 an export of the audit log: audit-export/${stranger}: nothing`);
  });

  it('I6: an order that waits without its workflow, and a workflow without its order, are found', async () => {
    const alone = await foundAfter(`update water.orders set order_id = '${stranger}'`);
    expect(
      alone.filter((found) =>
        found.startsWith(`I6 an order and its workflow: order ${stranger}: `),
      ),
    ).toHaveLength(1);
    const orphaned = await foundAfter('delete from water.orders', 100);
    expect(orphaned).toContain(
      `I6 an order and its workflow: order/${orderId} is at work on an order that is not there`,
    );
  });

  it('I6: a device that has derived something else than its workflow knows is found', async () => {
    const found = await foundAfter(
      'update devices.device_inboxes set derived_to = derived_to + 1 where derived_to > 0',
    );
    expect(found.filter((each) => each.startsWith('I6 a device and its workflow: '))).toHaveLength(
      1,
    );
  });

  it('I7: an order that is not what its events say is found', async () => {
    const found = await foundAfter("update water.orders set status = 'EXPIRED'");
    expect(found).toContain(
      `I7 an order is what its events say: order ${orderId} is EXPIRED/2, its events say ACCEPTED/2`,
    );
  });

  it('I10: an entry of the audit log that was changed is found', async () => {
    const { connectionString: url = '' } = system.admin.options;
    const database = createDatabase({ url, contextKey: '', poolMax: 1 });
    const client = await system.admin.connect();
    const entries = () =>
      findBreaches({
        admin: connectionScope(client),
        temporal: system.temporal.client,
        database,
        limit: 1,
      }).then((all) => all.filter((found) => found.startsWith('I10 entry by entry: ')));
    const become = (action: string, seq: number) =>
      client.query('update platform.audit_log set action = $1 where account_id = $2 and seq = $3', [
        action,
        buyer.accountId,
        seq,
      ]);
    try {
      expect(await entries()).toEqual([]);
      const { rows } = await client.query<{ action: string }>(
        'select action from platform.audit_log where account_id = $1 and seq = 2',
        [buyer.accountId],
      );
      await client.query('set session_replication_role = replica');
      await become('site.delete', 2);
      expect(await entries()).toEqual([expect.stringContaining('entry 2 was changed')]);
      await become(rows[0]?.action ?? '', 2);
      expect(await entries()).toEqual([]);
    } finally {
      client.release(true);
      await database.close();
    }
  });
});
