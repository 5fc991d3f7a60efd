/** Tells of: alert.routes, alert.store, alert.records, webhook-standing.store. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createWebhookAlertReaction,
  createWebhookAlerts,
} from '../../../workers/platform/webhook-alert.reaction.js';
import { deadLetterDecisionRecords } from '../../../db/platform/webhook/dead-letter-decision.records.js';
import { deadLetterDecisionStore } from '../../../db/platform/webhook/dead-letter-decision.store.js';
import { deliveryDied } from '../../../db/platform/webhook/dead-letter.events.js';
import { newId } from '../../../db/shared/id.js';
import { roleScope } from '../../../db/connection/database.js';
import { breachesOf } from '../../../db/shared/invariant.js';
import { rowInvariants } from '../../../workers/invariants/rows.js';
import { createWebhookFixture, type WebhookFixture } from './webhook-fixture.js';
import { eventually } from '../../support/timing/eventually.js';
import { startReceiver, type Receiver } from '../../support/servers/receiver.js';

interface Alert {
  severity: string;
  message_key: string;
  resolved_at: string | null;
}

let fixture: WebhookFixture;
let receiver: Receiver;
let account: ReturnType<WebhookFixture['account']>;
beforeAll(async () => {
  fixture = await createWebhookFixture({
    policy: { probeEveryMs: 60_000 },
    consumers: (parts) => [createWebhookAlertReaction(parts)],
  });
});
afterAll(() => fixture.drop());
beforeEach(async () => {
  account = fixture.account();
  receiver = await startReceiver();
  fixture.startRelay();
});
afterEach(async () => {
  await fixture.stopRelay();
  await receiver.stop();
});

async function subscribe(eventTypes = ['TEST_HAPPENED']) {
  const made = await account.owner
    .post(account.path, { url: receiver.url, event_types: eventTypes })
    .expect(201);
  const webhookId = made.body.webhook_id as string;
  const path = `${account.path}/${webhookId}`;
  const show = async () => (await account.owner.get(path).expect(200)).body;
  return {
    webhookId,
    path,
    show,
    edit: async (patch: object) =>
      account.owner.patch(path, patch, (await show()).etag).expect(200),
  };
}
const list = async (query = ''): Promise<Alert[]> =>
  (await account.owner.get(`/v1/accounts/${account.accountId}/alerts${query}`).expect(200)).body
    .items;
/** Newest first. */
const alerts = async () =>
  (await list()).map(
    ({ severity, message_key: key, resolved_at: resolvedAt }) =>
      `${severity} ${key} ${resolvedAt === null ? 'open' : 'over'}`,
  );

/** All consequences of the events so far. */
const consequences = () =>
  eventually(async () => {
    const { rows } = await fixture.admin.query(
      `select e.event_type from platform.events e where e.account_id = $1 and (e.dispatched_at is null or exists (
         select 1 from platform.deliveries d where d.event_id = e.event_id and d.consumer_id like 'internal/%' and d.state = 'PENDING'))`,
      [account.accountId],
    );
    expect(rows).toEqual([]);
  });
const eventsOf = async (type: string) =>
  (
    await fixture.admin.query(
      'select event_id, event_version, causation_id, payload from platform.events where account_id = $1 and event_type = $2',
      [account.accountId, type],
    )
  ).rows;

/**
 * Deaths in a row by the circuit breaker's count: read after the deaths show, since the breaker
 * resets after the end of the row.
 */
const deathsInRow = async (): Promise<number> =>
  (
    await fixture.admin.query(
      'select exhausted_in_row as count from platform.webhooks where account_id = $1',
      [account.accountId],
    )
  ).rows[0]?.count;

interface DeadLetter {
  dead_letter_id: string;
  subject_id: string;
}
const deadLetters = async (): Promise<DeadLetter[]> =>
  (await account.owner.get(`/v1/accounts/${account.accountId}/dead-letters`).expect(200)).body
    .items;
const decide = (deadLetterId: string, decision: string) =>
  account.owner
    .post(`/v1/accounts/${account.accountId}/dead-letters/${deadLetterId}/${decision}`)
    .expect(200);

/** The endpoint takes nothing, and due deliveries use up the tries. */
async function die(...subjects: string[]): Promise<void> {
  receiver.answers(() => 503);
  for (const subject of subjects) await account.emit(subject, 1);
  await useUpTries(...subjects);
}
async function useUpTries(...subjects: string[]): Promise<void> {
  await eventually(() => {
    const bodies = receiver.received.map(({ body }) => body).join('');
    for (const subject of subjects) expect(bodies).toContain(`"subject_id":"${subject}"`);
  });
  await account.useUpTries();
}
/** As above, up to the time a person would see the deaths. */
async function dieForGood(...subjects: string[]): Promise<void> {
  await die(...subjects);
  await eventually(async () =>
    expect((await deadLetters()).map(({ subject_id: id }) => id)).toEqual(
      expect.arrayContaining(subjects),
    ),
  );
  await consequences();
}

describe('a dead letter of a webhook', () => {
  it('raises one alert, which further ones do not repeat, nor its event when it is delivered again', async () => {
    const { webhookId } = await subscribe();
    await dieForGood('one');
    const [died] = await eventsOf('DELIVERY_DIED');
    expect(await list()).toEqual([
      {
        alert_id: expect.any(String),
        event_id: died.event_id,
        event_type: 'DELIVERY_DIED',
        subject_type: 'webhook',
        subject_id: webhookId,
        severity: 'WARNING',
        context_type: 'SYSTEM',
        message_key: 'webhook.dead_letter',
        message_args: { webhook_host: `127.0.0.1:${receiver.port}` },
        rendered_title: `Webhook 127.0.0.1:${receiver.port}: an event was not delivered`,
        rendered_message: expect.stringContaining('Mend the endpoint'),
        data_snapshot: died.payload,
        deeplink: `/webhooks/${webhookId}`,
        created_at: expect.any(String),
        read_at: null,
        resolved_at: null,
        deliveries: [{ channel: 'APP', status: 'SENT', sent_at: expect.any(String) }],
      },
    ]);
    await dieForGood('two', 'three');
    expect(await eventsOf('DELIVERY_DIED')).toHaveLength(3);
    await fixture.consumers.rewind('internal/webhook-alerts', { eventId: died.event_id });
    await consequences();
    expect(await alerts()).toEqual(['WARNING webhook.dead_letter open']);
    expect(await eventsOf('ALERT_CREATED')).toEqual([
      expect.objectContaining({ event_version: 2, causation_id: died.event_id }),
    ]);
  });

  it('raises one alert also when many die at the same moment', async () => {
    const { webhookId } = await subscribe();
    await dieForGood('one');
    await fixture.admin.query('delete from notifications.alerts where account_id = $1', [
      account.accountId,
    ]);
    const payload = { ...deliveryDied.example, consumer_id: `webhook/${webhookId}` };
    const { updateWebhookAlerts } = createWebhookAlerts(fixture);
    const { rows: own } = await fixture.admin.query<{ id: string }>(
      'select event_id as id from platform.events where account_id = $1',
      [account.accountId],
    );
    expect(own.length).toBeGreaterThan(2);
    const events = own.map(({ id: eventId }) => ({
      eventId,
      eventType: deliveryDied.type,
      accountId: account.accountId,
      subjectId: newId(),
      payload,
    }));
    await Promise.all(events.map(updateWebhookAlerts));
    expect(await alerts()).toEqual(['WARNING webhook.dead_letter open']);
  });

  it.each(['redrive', 'skip', 'release'])(
    'is over when the last one is decided on by a %s',
    async (decision) => {
      await subscribe();
      await dieForGood('one', 'two');
      receiver.answers(() => 200);
      const [one, two] = (await deadLetters()) as [DeadLetter, DeadLetter];
      await decide(one.dead_letter_id, decision);
      await consequences();
      expect(await alerts()).toEqual(['WARNING webhook.dead_letter open']);
      await decide(two.dead_letter_id, decision);
      await eventually(async () =>
        expect(await alerts()).toEqual(['WARNING webhook.dead_letter over']),
      );
      expect(await eventsOf('WEBHOOK_DEAD_LETTERS_DECIDED')).toHaveLength(2);
    },
  );

  it('is over when all are decided on at once, which is one event a webhook', async () => {
    const { webhookId } = await subscribe();
    await dieForGood('one', 'two');
    const all = { decision: 'skip', consumer_id: null, event_type: null } as const;
    const decisionId = await fixture.database.transaction(
      { accountId: account.accountId, principalId: newId() },
      (scope) => deadLetterDecisionRecords(scope).request(all),
    );
    await fixture.database.transaction({ accountId: account.accountId }, (scope) =>
      deadLetterDecisionStore(scope).decideOnSet(decisionId, 500),
    );
    await eventually(async () =>
      expect(await alerts()).toEqual(['WARNING webhook.dead_letter over']),
    );
    expect((await eventsOf('WEBHOOK_DEAD_LETTERS_DECIDED')).map(({ payload }) => payload)).toEqual([
      { webhook_id: webhookId, decision: 'skip' },
    ]);
  });

  it('is over when it is sent again, and a later one is told again', async () => {
    const { path } = await subscribe();
    await dieForGood('one');
    const [{ dead_letter_id: id }] = (await deadLetters()) as [DeadLetter];
    receiver.received.length = 0;
    await account.owner.post(`${path}/deliveries/redeliver`, { delivery_ids: [id] }).expect(202);
    await eventually(async () =>
      expect(await alerts()).toEqual(['WARNING webhook.dead_letter over']),
    );
    await useUpTries('one');
    await eventually(async () =>
      expect(await alerts()).toEqual([
        'WARNING webhook.dead_letter open',
        'WARNING webhook.dead_letter over',
      ]),
    );
    receiver.answers(() => 200);
    await decide(id, 'redrive');
    await eventually(async () =>
      expect(new Set(await alerts())).toEqual(new Set(['WARNING webhook.dead_letter over'])),
    );
    await account.owner.post(`${path}/deliveries/redeliver`, { delivery_ids: [id] }).expect(202);
    expect(await eventsOf('WEBHOOK_DEAD_LETTERS_DECIDED')).toHaveLength(2);
  });

  it('is not told when it is decided on before anybody was', async () => {
    await subscribe();
    await fixture.consumers.pause('internal/webhook-alerts');
    await die('one');
    await eventually(async () => expect(await deadLetters()).toHaveLength(1));
    const [{ dead_letter_id: id }] = (await deadLetters()) as [DeadLetter];
    await decide(id, 'skip');
    await fixture.consumers.resume('internal/webhook-alerts');
    await consequences();
    expect(await alerts()).toEqual([]);
  });

  it('that is news of dead letters, or what came of such news, is told to nobody', async () => {
    await subscribe([
      'TEST_HAPPENED',
      'DELIVERY_DIED',
      'ALERT_CREATED',
      'WEBHOOK_DEAD_LETTERS_DECIDED',
    ]);
    await dieForGood('one');
    const [{ dead_letter_id: id }] = (await deadLetters()) as [DeadLetter];
    await decide(id, 'skip');
    await eventually(async () =>
      expect(await alerts()).toEqual(['WARNING webhook.dead_letter over']),
    );
    await eventually(() => {
      const types = receiver.received.map(
        ({ body }) => (JSON.parse(body) as { type: string }).type,
      );
      expect(new Set(types).size).toBe(4);
    });
    await account.useUpTries();
    await eventually(async () => expect(await deadLetters()).toHaveLength(3));
    await consequences();
    expect(await eventsOf('DELIVERY_DIED')).toHaveLength(1);
    expect(await alerts()).toEqual(['WARNING webhook.dead_letter over']);
  });

  it('is an alert of its webhook alone: that of another kind of consumer makes none', async () => {
    const { updateWebhookAlerts } = createWebhookAlerts(fixture);
    const { accountId } = account;
    const of = (consumer: object) =>
      updateWebhookAlerts({
        eventId: newId(),
        eventType: deliveryDied.type,
        accountId,
        subjectId: newId(),
        payload: { ...deliveryDied.example, ...consumer },
      });
    await of({ consumer_id: 'mqtt', consumer_kind: 'mqtt' });
    await of({ consumer_id: 'internal/level-alerts', consumer_kind: 'internal' });
    await of({ consumer_id: `webhook/${newId()}`, consumer_kind: 'webhook' });
    expect(await alerts()).toEqual([]);
  });
});

describe('a webhook whose circuit breaker acts', () => {
  const lanes = ['lane-0', 'lane-1', 'lane-2', 'lane-3', 'lane-4'];

  it('is told as suspended, and when it recovers all of it is over', async () => {
    await subscribe();
    await dieForGood('before');
    await die(...lanes.slice(1));
    await eventually(async () =>
      expect(await alerts()).toContain('CRITICAL webhook.suspended open'),
    );
    expect(await alerts()).toContain('WARNING webhook.dead_letter open');

    receiver.answers(() => 200);
    await account.probeNow();
    const told = [
      'INFO webhook.recovered over',
      'CRITICAL webhook.suspended over',
      'WARNING webhook.dead_letter over',
    ];
    await eventually(async () => expect(await alerts()).toEqual(told));
    await fixture.consumers.rewind('internal/webhook-alerts', {
      at: new Date(Date.now() - 60_000).toISOString(),
    });
    await consequences();
    expect(await alerts()).toEqual(told);
    expect(await eventsOf('ALERT_CREATED')).toHaveLength(3);
  });

  it('that recovers while an older dead letter holds a lane goes on telling of that one', async () => {
    await subscribe();
    await dieForGood('old');
    await eventually(async () => expect(await deathsInRow()).toBe(1));
    receiver.answers(() => 200);
    await account.emit('good', 1);
    await eventually(async () => expect(await deathsInRow()).toBe(0));
    await die(...lanes);
    await eventually(async () =>
      expect(await alerts()).toContain('CRITICAL webhook.suspended open'),
    );
    receiver.answers(() => 200);
    await account.probeNow();
    await eventually(async () =>
      expect(await alerts()).toEqual([
        'INFO webhook.recovered over',
        'CRITICAL webhook.suspended over',
        'WARNING webhook.dead_letter open',
      ]),
    );
  });

  it('is told as disabled when it is gone, until its owner switches it on again', async () => {
    const webhook = await subscribe();
    receiver.answers(() => 410);
    await account.emit('gone', 1);
    await eventually(async () =>
      expect(await alerts()).toEqual(['CRITICAL webhook.disabled open']),
    );
    const [told] = await list('?language=fr&severity=CRITICAL');
    expect(told).toMatchObject({ context_type: 'SYSTEM', data_snapshot: { reason: 'GONE' } });
    receiver.answers(() => 200);
    await webhook.edit({ description: 'mended' });
    await consequences();
    expect(await alerts()).toEqual(['CRITICAL webhook.disabled open']);
    await webhook.edit({ status: 'ACTIVE' });
    await eventually(async () =>
      expect(await alerts()).toEqual(['CRITICAL webhook.disabled over']),
    );
  });

  it.each<[string, (webhook: Awaited<ReturnType<typeof subscribe>>) => Promise<unknown>]>([
    ['deleted', async ({ path }) => account.owner.delete(path).expect(204)],
    ['switched off by its owner', async ({ edit }) => edit({ status: 'DISABLED' })],
  ])('has nothing open once it is %s', async (_end, end) => {
    const webhook = await subscribe();
    await die(...lanes);
    await eventually(async () =>
      expect(await alerts()).toContain('CRITICAL webhook.suspended open'),
    );
    await end(webhook);
    await eventually(async () =>
      expect((await alerts()).filter((alert) => alert.endsWith('open'))).toEqual([]),
    );
  });
});

it('leaves nothing of all this that breaks an invariant', async () => {
  const ofAlerts = rowInvariants.filter(({ says }) => says.includes('alert'));
  expect(ofAlerts).toHaveLength(5);
  await eventually(async () => {
    const found = await Promise.all(
      ofAlerts.map((invariant) => breachesOf(roleScope(fixture.admin), invariant)),
    );
    expect(found.flat()).toEqual([]);
  });
});
