/**
 * Tells of: webhook-delivery.routes, webhook-redelivery.records, dead-letter.routes,
 * dead-letter.records, dead-letter.store.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { text } from '../../../db/connection/column.js';
import { query } from '../../../db/connection/query.js';
import { deadLetterRecords } from '../../../db/platform/webhook/dead-letter.records.js';
import { eventually } from '../../support/timing/eventually.js';
import { startReceiver, type Received, type Receiver } from '../../support/servers/receiver.js';
import { createWebhookFixture, type WebhookFixture } from './webhook-fixture.js';

const lanesLock = query({
  name: 'test.lock_lanes',
  parameters: { consumerId: text },
  text: 'select from platform.lanes l where l.consumer_id = :consumerId for update',
});

interface Envelope {
  type: string;
  timestamp: string;
  data: {
    event_id: string;
    event_type: string;
    account_id: string;
    subject_id: string;
    data: { n: number };
  };
}
interface Delivery {
  delivery_id: string;
  subject_id: string;
  status: string;
  attempts: number;
  response_code: number | null;
  error: string | null;
  next_attempt_at: string | null;
}

const lines: string[] = [];
let addresses: string[] = ['127.0.0.1'];
let fixture: WebhookFixture;
let receiver: Receiver;
let account: ReturnType<WebhookFixture['account']>;
beforeAll(async () => {
  fixture = await createWebhookFixture({
    // Longer than any test: a busy machine is no silent endpoint.
    outbound: { timeoutMs: 120_000, resolve: async () => addresses },
    policy: { probeEveryMs: 60_000 },
    logger: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
  });
});
afterAll(() => fixture.drop());
beforeEach(async () => {
  addresses = ['127.0.0.1'];
  account = fixture.account();
  receiver = await startReceiver();
  fixture.startRelay();
});
afterEach(async () => {
  await fixture.stopRelay();
  await receiver.stop();
});

const envelopeOf = ({ body }: Received): Envelope => JSON.parse(body) as Envelope;
const headersOf = ({ headers }: Received) => headers as Record<string, string>;
const idOf = (received: Received): string => headersOf(received)['webhook-id'] ?? '';
/** The numbers taken of a subject, in order of arrival. */
const numbers = (subjectId: string, of = receiver): number[] =>
  of.received
    .map(envelopeOf)
    .flatMap(({ data }) => (data.subject_id === subjectId ? [data.data.n] : []));

async function subscribe(eventTypes = ['TEST_HAPPENED'], url = receiver.url) {
  const made = await account.owner.post(account.path, { url, event_types: eventTypes }).expect(201);
  const path = `${account.path}/${made.body.webhook_id}`;
  return {
    id: made.body.webhook_id as string,
    secret: made.body.secret as string,
    path,
    show: async () => (await account.owner.get(path).expect(200)).body,
    deliveries: async (query = ''): Promise<Delivery[]> =>
      (await account.owner.get(`${path}/deliveries${query}`).expect(200)).body.items,
    redeliver: async (body: object) =>
      (await account.owner.post(`${path}/deliveries/redeliver`, body).expect(202)).body,
  };
}
type Subscription = Awaited<ReturnType<typeof subscribe>>;

const platformEvents = async (): Promise<string[]> => {
  const { rows } = await fixture.admin.query(
    "select event_type from platform.events where account_id = $1 and event_type like 'WEBHOOK_%' order by position",
    [account.accountId],
  );
  return rows.map(({ event_type: type }) => type as string);
};

describe('a delivery', () => {
  it('is signed as Standard Webhooks says, and tells the event as every face does', async () => {
    const { secret, deliveries } = await subscribe();
    const [eventId] = await account.emit('one', 7);
    await eventually(() => expect(receiver.received).toHaveLength(1));
    const [received] = receiver.received as [Received];
    const verified = new Webhook(secret).verify(received.body, headersOf(received)) as Envelope;
    expect(verified).toMatchObject({
      type: 'TEST_HAPPENED',
      data: {
        event_id: eventId,
        event_type: 'TEST_HAPPENED',
        account_id: account.accountId,
        data: { n: 7 },
      },
    });
    expect(Date.parse(verified.timestamp)).not.toBeNaN();
    expect(() => new Webhook(secret).verify(`${received.body} `, headersOf(received))).toThrow();
    await eventually(async () => {
      const [logged] = await deliveries();
      expect(logged).toMatchObject({
        delivery_id: idOf(received),
        status: 'SENT',
        attempts: 1,
        response_code: 204,
      });
      expect(logged?.error).toBeNull();
    });
  });

  it('carries two signatures while a secret is being changed, and only then', async () => {
    const { id, path, secret } = await subscribe();
    const next = (await account.owner.post(`${path}/rotate-secret`).expect(200)).body
      .secret as string;
    await account.emit('rotated', 1);
    await eventually(() => expect(receiver.received).toHaveLength(1));
    const [both] = receiver.received as [Received];
    expect(headersOf(both)['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const each of [secret, next]) new Webhook(each).verify(both.body, headersOf(both));

    await fixture.admin.query(
      'update platform.webhooks set previous_secret_until = now() where webhook_id = $1',
      [id],
    );
    await account.emit('rotated', 2);
    await eventually(() => expect(receiver.received).toHaveLength(2));
    const [, newest] = receiver.received as [Received, Received];
    new Webhook(next).verify(newest.body, headersOf(newest));
    expect(() => new Webhook(secret).verify(newest.body, headersOf(newest))).toThrow();
  });

  it('that was taken and not marked, as when the relay dies between, comes again under the same ids: who knows them sees it once', async () => {
    await fixture.stopRelay();
    let cutOff = true;
    fixture.startRelay((store) => ({
      ...store,
      settle: async (outcomes, leaseNumber) => {
        if (cutOff && outcomes.length > 0) {
          cutOff = false;
          throw new Error('the relay has died');
        }
        return store.settle(outcomes, leaseNumber);
      },
    }));
    const { deliveries } = await subscribe();
    await account.emit('twice', 1);
    await account.emit('twice', 2);
    await eventually(async () =>
      expect((await deliveries()).map(({ status }) => status)).toEqual(['SENT', 'SENT']),
    );
    expect(receiver.received.length).toBeGreaterThan(2);
    for (const known of [idOf, (each: Received) => envelopeOf(each).data.event_id]) {
      const effects = new Map<string, number>();
      for (const each of receiver.received)
        if (!effects.has(known(each))) effects.set(known(each), envelopeOf(each).data.data.n);
      expect([...effects.values()]).toEqual([1, 2]);
    }
  });

  it('is tried again with the same id until it is taken, and what follows in its subject waits', async () => {
    await subscribe();
    receiver.answers((_request, _response, nth) => (nth <= 2 ? 500 : 200));
    await account.emit('kept', 1);
    await account.emit('kept', 2);
    await account.emit('kept', 3);
    await eventually(() => expect(receiver.received).toHaveLength(5));
    expect(numbers('kept')).toEqual([1, 1, 1, 2, 3]);
    const ids = receiver.received.map(idOf);
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect(new Set(ids).size).toBe(3);
  });

  it('goes only to who asked for its type, and to no other account', async () => {
    await subscribe(['TEST_OTHER']);
    const stranger = fixture.account();
    await stranger.owner
      .post(stranger.path, { url: receiver.url, event_types: ['TEST_OTHER'] })
      .expect(201);
    await account.emit('typed', 1);
    await account.emit('typed', 2, 'TEST_OTHER');
    await eventually(() => expect(numbers('typed')).toEqual([2]));
    await sleep(200);
    expect(receiver.received).toHaveLength(1);
  });

  it('waits as long as the endpoint asks for', async () => {
    const { deliveries } = await subscribe();
    receiver.answers((_request, response) => {
      response.writeHead(429, { 'retry-after': '600' }).end();
      return 'answered';
    });
    const startedAt = Date.now();
    await account.emit('busy', 1);
    await eventually(async () => {
      const [logged] = await deliveries();
      expect(logged).toMatchObject({
        status: 'PENDING',
        attempts: 1,
        response_code: 429,
        error: 'HTTP_429',
      });
      expect(Date.parse(logged?.next_attempt_at ?? '') - startedAt).toBeGreaterThanOrEqual(600_000);
    });
  });

  it('to an endpoint that hangs slows no other endpoint', async () => {
    const silent = await startReceiver();
    silent.answers(() => 'silence');
    const hanging = await subscribe(['TEST_HAPPENED'], silent.url);
    await subscribe();
    await fixture.stopRelay();
    for (let n = 0; n < 60; n += 1) await account.emit(`subject-${n}`, n);
    fixture.startRelay();
    await eventually(() => expect(receiver.received).toHaveLength(60));
    await eventually(() => expect(silent.received.length).toBeGreaterThan(0));
    // No try has been given up yet: deliveries behind the hanging try would have waited for the
    // end.
    expect((await hanging.deliveries()).every(({ attempts }) => attempts === 0)).toBe(true);
    await silent.stop();
  });

  it('is refused when the name of the endpoint has been led inside since', async () => {
    const { deliveries } = await subscribe(
      ['TEST_HAPPENED'],
      `http://moved.example.com:${receiver.port}/`,
    );
    addresses = ['169.254.169.254'];
    await account.emit('moved', 1);
    await eventually(async () =>
      expect((await deliveries())[0]).toMatchObject({
        error: 'URL_REFUSED_ADDRESS',
        response_code: null,
      }),
    );
    expect(receiver.received).toEqual([]);
  });

  it('to an endpoint that says it is gone disables it, and waits', async () => {
    const { show, deliveries, path } = await subscribe();
    receiver.answers(() => 410);
    await account.emit('gone', 1);
    await eventually(async () =>
      expect(await show()).toMatchObject({ status: 'DISABLED', disabled_reason: 'GONE' }),
    );
    await sleep(300);
    expect(receiver.received).toHaveLength(1);
    expect(await deliveries()).toMatchObject([{ status: 'PENDING', next_attempt_at: null }]);
    expect(await platformEvents()).toContain('WEBHOOK_DISABLED');

    receiver.answers(() => 200);
    await account.owner.patch(path, { status: 'ACTIVE' }, (await show()).etag).expect(200);
    await eventually(() => expect(numbers('gone')).toEqual([1, 1]));
  });
});

/** Each subject, and none often: a delivery made later could not have used up the tries yet. */
const triedSubjects = (count: number): Promise<void> =>
  eventually(() =>
    expect(
      new Set(receiver.received.map((received) => envelopeOf(received).data.subject_id)).size,
    ).toBe(count),
  );

/** By the breaker's count: each after the death. */
async function exhaustedInRow({ id }: Subscription): Promise<number | undefined> {
  const { rows } = await fixture.admin.query<{ count: number }>(
    'select exhausted_in_row as count from platform.webhooks where webhook_id = $1',
    [id],
  );
  return rows[0]?.count;
}

/** Five subjects with first events that use up the tries. */
async function breakDown(subscription: Subscription): Promise<void> {
  receiver.answers(() => 503);
  for (let lane = 0; lane < 5; lane += 1) await account.emit(`lane-${lane}`, 1);
  await triedSubjects(5);
  await account.useUpTries();
  await eventually(async () => expect((await subscription.show()).status).toBe('SUSPENDED'));
}

describe('the circuit breaker of an endpoint', () => {
  it('opens after five deliveries that used up their tries, loses nothing, and closes when one is taken', async () => {
    const subscription = await subscribe();
    await breakDown(subscription);
    await account.emit('lane-0', 2);
    await account.emit('late', 1);
    await eventually(async () =>
      expect(await subscription.deliveries('?status=PENDING')).toHaveLength(7),
    );
    expect(await subscription.deliveries('?status=DEAD')).toEqual([]);
    // Deliveries under way at the opening have arrived when the relay has stopped.
    await fixture.stopRelay();
    const tried = receiver.received.length;
    fixture.startRelay();
    await sleep(300);
    expect(receiver.received).toHaveLength(tried);
    expect(await platformEvents()).toContain('WEBHOOK_SUSPENDED');

    // A probe is one request, and no try of the delivery used; so slow that all others meet the
    // probe under way.
    receiver.answers((_request, response) => {
      setTimeout(() => response.writeHead(503).end(), 500);
      return 'answered';
    });
    await account.probeNow();
    await eventually(async () => expect(await account.isPaused()).toBe(true));
    await fixture.stopRelay();
    expect(receiver.received).toHaveLength(tried + 1);
    fixture.startRelay();
    expect((await subscription.deliveries()).every(({ attempts }) => attempts === 0)).toBe(true);

    receiver.answers(() => 200);
    receiver.received.length = 0;
    await account.probeNow();
    await eventually(async () =>
      expect(await subscription.deliveries('?status=SENT')).toHaveLength(7),
    );
    expect([...new Set(numbers('lane-0'))]).toEqual([1, 2]);
    expect((await subscription.show()).status).toBe('ACTIVE');
    expect(await platformEvents()).toContain('WEBHOOK_RECOVERED');
  });

  it('stays closed while deliveries are taken in between', async () => {
    const subscription = await subscribe();
    receiver.answers(({ body }) => (body.includes('"subject_id":"good') ? 200 : 500));
    for (let lane = 0; lane < 4; lane += 1) await account.emit(`bad-${lane}`, 1);
    await triedSubjects(4);
    await account.useUpTries();
    await eventually(async () => expect(await exhaustedInRow(subscription)).toBe(4));
    await account.emit('good', 1);
    await eventually(async () =>
      expect(await subscription.deliveries('?status=SENT')).toHaveLength(1),
    );
    await account.emit('bad-4', 1);
    await eventually(() => expect(numbers('bad-4').length).toBeGreaterThan(0));
    await account.useUpTries();
    await eventually(async () =>
      expect(await subscription.deliveries('?status=DEAD')).toHaveLength(5),
    );
    await eventually(async () => expect(await exhaustedInRow(subscription)).toBe(1));
    expect((await subscription.show()).status).toBe('ACTIVE');
  });

  it('opens beside a decision on a dead letter, and neither waits for the other for ever', async () => {
    const subscription = await subscribe();
    receiver.answers(() => 503);
    await account.emit('decided', 1);
    await triedSubjects(1);
    await account.useUpTries();
    await eventually(async () =>
      expect(await subscription.deliveries('?status=DEAD')).toHaveLength(1),
    );
    const [{ delivery_id: id }] = (await subscription.deliveries()) as [Delivery];
    await eventually(async () => expect(await exhaustedInRow(subscription)).toBe(1));
    await fixture.admin.query(
      'update platform.webhooks set exhausted_in_row = 4 where webhook_id = $1',
      [subscription.id],
    );
    const webhook = { accountId: account.accountId, webhookId: subscription.id };
    const opening = await fixture.database.transaction(
      { accountId: account.accountId },
      async (scope) => {
        await scope.run(lanesLock, { consumerId: `webhook/${subscription.id}` });
        const exhausted = fixture.endpoints.exhausted(webhook, id);
        await eventually(async () => {
          const { rowCount } = await fixture.admin.query(
            "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
          );
          expect(rowCount).toBe(1);
        });
        expect(await deadLetterRecords(scope).decideOn([id], 'skip')).toBe(1);
        return { exhausted };
      },
    );
    expect(await opening.exhausted).toBe(true);
    expect((await subscription.show()).status).toBe('SUSPENDED');
  });

  it('disables an endpoint that it has been open for too long for', async () => {
    const subscription = await subscribe();
    await breakDown(subscription);
    await fixture.admin.query(
      "update platform.webhooks set suspended_at = now() - interval '6 days' where webhook_id = $1",
      [subscription.id],
    );
    await account.probeNow();
    await eventually(async () =>
      expect(await subscription.show()).toMatchObject({
        status: 'DISABLED',
        disabled_reason: 'FAILING',
      }),
    );
    expect(await platformEvents()).toEqual([
      'WEBHOOK_CREATED',
      'WEBHOOK_SUSPENDED',
      'WEBHOOK_DISABLED',
    ]);
  });
});

describe('an endpoint that was deleted', () => {
  /** Rows of the webhook beside the webhook's own. */
  const leftOf = async ({ id }: Subscription): Promise<string[]> => {
    const { rows } = await fixture.admin.query<{ what: string }>(
      `select 'consumer ' || c.status as what from platform.consumers c where c.consumer_id = $1
       union all select 'lane ' || l.subject_id from platform.lanes l where l.consumer_id = $1
       union all select 'delivery ' || d.state from platform.deliveries d where d.consumer_id = $1 order by 1`,
      [`webhook/${id}`],
    );
    return rows.map(({ what }) => what);
  };

  it('is sent nothing more, and the next purge leaves nothing of it, and of another all that is open or young', async () => {
    const [gone, stays] = [await subscribe(), await subscribe()];
    receiver.answers(({ body }) => (body.includes('"subject_id":"good"') ? 200 : 500));
    await account.emit('good', 1);
    for (const n of [1, 2]) await account.emit('bad', n);
    await eventually(() => expect(numbers('bad').length).toBeGreaterThan(1));
    await account.useUpTries();
    const all = ['delivery DEAD', 'delivery PENDING', 'delivery SENT', 'lane bad', 'lane good'];
    for (const each of [gone, stays])
      await eventually(async () => expect(await leftOf(each)).toEqual(['consumer ACTIVE', ...all]));

    receiver.received.length = 0;
    await account.owner.delete(gone.path).expect(204);
    await account.emit('good', 2);
    await eventually(async () => expect(await stays.deliveries('?status=SENT')).toHaveLength(2));
    await sleep(300);
    expect([numbers('good'), numbers('bad')]).toEqual([[2], []]);
    expect(await leftOf(gone)).toEqual(['consumer REMOVED', ...all]);

    await fixture.purgeDeliveries();
    expect(await leftOf(gone)).toEqual([]);
    // A lane without waiting events is deleted, too, and made again on need.
    const kept = [
      'consumer ACTIVE',
      'delivery DEAD',
      'delivery PENDING',
      'delivery SENT',
      'delivery SENT',
      'lane bad',
    ];
    expect(await leftOf(stays)).toEqual(kept);
  });
});

describe('redelivery', () => {
  it('sends named deliveries again under their own ids, each once however often it is asked for at once', async () => {
    const { deliveries, redeliver, path } = await subscribe();
    for (const n of [1, 2, 3]) await account.emit('again', n);
    await eventually(async () => expect(await deliveries('?status=SENT')).toHaveLength(3));
    const [third, second] = (await deliveries()) as [Delivery, Delivery];
    receiver.received.length = 0;
    const body = { delivery_ids: [third.delivery_id, second.delivery_id] };
    let answer = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => (answer = resolve));
    receiver.answers((_request, response) => {
      void isAsked.then(() => response.writeHead(200).end());
      return 'answered';
    });
    await Promise.all([redeliver(body), redeliver(body), redeliver(body)]);
    answer();
    await eventually(async () => expect(await deliveries('?status=SENT')).toHaveLength(3));
    expect(receiver.received.map(idOf)).toEqual([second.delivery_id, third.delivery_id]);
    await account.owner
      .post(`${path}/deliveries/redeliver`, {
        delivery_ids: [third.delivery_id, account.accountId],
      })
      .expect(404);
  });

  it('sends the events of a time and of some types, also those from before there was an endpoint', async () => {
    await account.emit('early', 1);
    await account.emit('early', 2, 'TEST_OTHER');
    await eventually(async () => {
      const { rows } = await fixture.admin.query(
        'select 1 from platform.events where account_id = $1 and dispatched_at is null',
        [account.accountId],
      );
      expect(rows).toEqual([]);
    });
    const since = new Date(Date.now() - 60_000).toISOString();
    const { redeliver } = await subscribe();
    expect(await redeliver({ since, event_types: ['TEST_OTHER'] })).toMatchObject({
      redelivering: 1,
      next_since: null,
    });
    await eventually(() => expect(numbers('early')).toEqual([2]));
    const all = await redeliver({
      since,
      until: new Date(Date.now() + 1_000).toISOString(),
      event_types: ['TEST_HAPPENED'],
    });
    expect(all.redelivering).toBe(1);
    await eventually(() => expect(numbers('early')).toEqual([2, 1]));
    expect(await redeliver({ since: new Date(Date.now() + 1_000).toISOString() })).toMatchObject({
      redelivering: 0,
    });
  });
});

describe('a ping', () => {
  it('tells what the endpoint said, also of one that is disabled', async () => {
    const { path, secret, show } = await subscribe();
    await account.owner.patch(path, { status: 'DISABLED' }, (await show()).etag).expect(200);
    receiver.answers((_request, response) => {
      response.writeHead(418).end('I am a teapot');
      return 'answered';
    });
    const said = (await account.owner.post(`${path}/test`).expect(200)).body;
    expect(said).toMatchObject({
      is_delivered: false,
      response_code: 418,
      response_text: 'I am a teapot',
    });
    const [received] = receiver.received as [Received];
    expect(new Webhook(secret).verify(received.body, headersOf(received))).toMatchObject({
      type: 'WEBHOOK_PING',
    });
    receiver.answers(() => 200);
    expect((await account.owner.post(`${path}/test`).expect(200)).body).toMatchObject({
      is_delivered: true,
      error: null,
    });
  });

  it('tells of an endpoint that hangs', async () => {
    const hasty = await createWebhookFixture({ outbound: { timeoutMs: 200 } });
    const { owner, path } = hasty.account();
    const { body: made } = await owner
      .post(path, { url: receiver.url, event_types: ['*'] })
      .expect(201);
    receiver.answers(() => 'silence');
    expect((await owner.post(`${path}/${made.webhook_id}/test`).expect(200)).body).toMatchObject({
      is_delivered: false,
      response_code: null,
      error: 'TIMEOUT',
    });
    await hasty.drop();
  });
});

it('leaves no secret, no address and no payload in the logs', () => {
  const log = lines.join('');
  expect(lines.length).toBeGreaterThan(10);
  expect(log).not.toMatch(/whsec_|v1,|127\.0\.0\.1|169\.254|"n":/);
});
