import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aSeller, type Seller } from '../support/water/market.js';
import { createMarketApi, type MarketApi } from '../support/api/market-api.js';

let api: MarketApi;
let seller: Seller;
/** Runs on a workflow's answer on the way to the route. */
let onTheWay: () => void = () => undefined;
const buyer = randomUUID();

beforeAll(async () => {
  api = await createMarketApi(undefined, (workflows) => ({
    ...workflows,
    updateWithStart: async (...asked) => {
      const answer = await workflows.updateWithStart(...asked);
      onTheWay();
      return answer;
    },
    update: async (...asked) => {
      const answer = await workflows.update(...asked);
      onTheWay();
      return answer;
    },
  }));
  seller = await aSeller(api.admin, { volumeLiters: 100_000, capacityLiters: 200_000 });
});
beforeEach(() => {
  onTheWay = () => undefined;
});
afterAll(() => api.close());

const crash = () => {
  throw new Error('the process died here');
};
const order = (liters = 10) => ({
  seller_reservoir_id: seller.reservoirId,
  requested_fill_mode: 'VOLUME_LITERS',
  currency: 'KES',
  requested_volume_liters: liters,
});
const post = (path: string, account: string, key: string, body?: object) =>
  api.post(`/v1/accounts/${account}/orders${path}`, account, body).set('Idempotency-Key', key);
const place = (key: string, liters?: number) => post('', buyer, key, order(liters));
const rows = async (sql: string, ...values: unknown[]) => (await api.admin.query(sql, values)).rows;
const commandOf = async (key: string) =>
  (await rows('select * from platform.commands where idempotency_key = $1', key))[0];
const entriesOf = (orderId: string) =>
  rows(
    `select action, account_id, principal_id from platform.audit_log where subject_id = $1 order by occurred_at`,
    orderId,
  );

describe('a keyed command', () => {
  it('is answered again with the same bytes, and does nothing twice', async () => {
    const first = await place('place-1').expect(201);
    const again = await place('place-1').expect(201).expect('Idempotency-Replayed', 'true');
    expect([again.text, again.headers['location']]).toEqual([
      first.text,
      first.headers['location'],
    ]);
    const orderId: string = first.body.order_id;
    const accepted = await post(`/${orderId}/accept`, seller.accountId, 'accept-1').expect(200);
    await post(`/${orderId}/confirm-delivery`, seller.accountId, 'confirm-1', {
      confirmed_volume_liters: 10,
    });
    await post(`/${orderId}/confirm-delivery`, buyer, 'confirm-1', {
      confirmed_volume_liters: 10,
    }).expect(200);
    // The order has gone on, and the answer has not.
    const replayed = await post(`/${orderId}/accept`, seller.accountId, 'accept-1').expect(200);
    expect([replayed.text, replayed.headers['idempotency-replayed']]).toEqual([
      accepted.text,
      'true',
    ]);
    expect(await entriesOf(orderId)).toEqual([
      { action: 'order.place', account_id: buyer, principal_id: buyer },
      { action: 'order.accept', account_id: seller.accountId, principal_id: seller.accountId },
      {
        action: 'order.confirm-delivery',
        account_id: seller.accountId,
        principal_id: seller.accountId,
      },
      { action: 'order.confirm-delivery', account_id: buyer, principal_id: buyer },
    ]);
  });

  it('is refused with another request', async () => {
    await place('other-1').expect(201);
    expect((await place('other-1', 11).expect(409)).body.error_code).toBe(
      'IDEMPOTENCY_KEY_CONFLICT',
    );
  });

  it('runs again after a refusal', async () => {
    const refused = await place('refused-1', 100_000).expect(409);
    expect(refused.body.error_code).toBe('INSUFFICIENT_STOCK');
    expect(await commandOf('refused-1')).toBeUndefined();
    await place('refused-1', 10).expect(201);
  });

  it('is answered after a crash between the effect and the answer', async () => {
    onTheWay = crash;
    await place('crash-1').expect(500);
    onTheWay = () => undefined;
    // A killed process releases nothing; the result is there all the same.
    await rows(
      `update platform.commands set lease_until = now() + interval '15 s' where idempotency_key = 'crash-1'`,
    );
    const first = await place('crash-1').expect(201).expect('Idempotency-Replayed', 'true');
    expect((await place('crash-1').expect(201)).text).toBe(first.text);
    const { order_id: orderId } = first.body;
    expect(await rows('select status from water.orders where order_id = $1', orderId)).toHaveLength(
      1,
    );
    expect(await entriesOf(orderId)).toHaveLength(1);
    onTheWay = crash;
    await post(`/${orderId}/cancel`, buyer, 'crash-2').expect(500);
    onTheWay = () => undefined;
    const cancelled = await post(`/${orderId}/cancel`, buyer, 'crash-2').expect(200);
    expect([cancelled.body.status, cancelled.headers['idempotency-replayed']]).toEqual([
      'CANCELLED',
      'true',
    ]);
    expect((await entriesOf(orderId)).map(({ action }) => action)).toEqual([
      'order.place',
      'order.cancel',
    ]);
  });

  it('is sent again as itself when nobody knows how far it came', async () => {
    const first = await place('lost-1').expect(201);
    // As if the process had died before the activity: no result, and a lease not given back.
    const forget = (lease: string) =>
      rows(
        `update platform.commands set completed_at = null, result = null, lease_until = now() + $1::interval
         where idempotency_key = 'lost-1'`,
        lease,
      );
    await forget('1 hour');
    const waiting = await place('lost-1').expect(409);
    expect(waiting.body.error_code).toBe('IDEMPOTENCY_IN_PROGRESS');
    expect(Number(waiting.headers['retry-after'])).toBeGreaterThan(0);
    await forget('-1 s');
    expect((await place('lost-1').expect(201)).text).toBe(first.text);
    expect(
      await rows(
        `select from water.orders where account_id = $1 and order_id = $2`,
        buyer,
        first.body.order_id,
      ),
    ).toHaveLength(1);
  });

  it('takes effect once, however many ask at the same time', async () => {
    const before = (
      await rows('select count(*)::int as n from water.orders where account_id = $1', buyer)
    )[0].n;
    const answers = await Promise.all(
      Array.from({ length: 12 }, async () => {
        for (;;) {
          const { status, text } = await place('many-1');
          if (status !== 409) return `${status} ${text}`;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^201 /);
    const after = (
      await rows('select count(*)::int as n from water.orders where account_id = $1', buyer)
    )[0].n;
    expect(after - before).toBe(1);
  });
});
