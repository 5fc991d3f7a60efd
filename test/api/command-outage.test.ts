import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { orderWorkflowId } from '../../workflows/water/order.contract.js';
import { placeOrder, type Actor } from '../support/people/actors.js';
import { eventually } from '../support/timing/eventually.js';
import { makeShop } from '../support/holdings/water.holding.js';
import { createRawClient, type RawAnswer } from '../support/http/http.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';

let system: TestSystem;
let buyer: Actor;
let seller: Actor;
let shop: string;
beforeAll(async () => {
  system = await startTestSystem();
  [buyer, seller] = [await system.signUp('buyer'), await system.signUp('seller')];
  shop = await makeShop(seller);
  await system.admin.query(`create function water.is_away() returns trigger language plpgsql as $$
    begin raise exception 'the database system is shutting down' using errcode = 'cannot_connect_now'; end $$`);
});
afterAll(() => system.stop());

/**
 * Every change of an order finds PostgreSQL away, while everything else goes on; so only the
 * workflow's activities fail.
 */
const leave = (moment: 'insert' | 'update') =>
  system.admin.query(
    `create trigger away before ${moment} on water.orders execute function water.is_away()`,
  );
const comeBack = () => system.admin.query('drop trigger away on water.orders');

const ask = (actor: Actor, path: string, key?: string, body?: object): Promise<RawAnswer> =>
  createRawClient(system.url)('post', `/v1/accounts/${actor.accountId}/orders${path}`, {
    token: actor.token,
    headers: key === undefined ? {} : { 'Idempotency-Key': key },
    ...(body ? { body } : {}),
  });
const order = (liters: number) => ({
  seller_reservoir_id: shop,
  requested_fill_mode: 'VOLUME_LITERS',
  currency: 'USD',
  requested_volume_liters: liters,
});
const ordersOf = async (liters: number) => {
  const { rows } = await system.admin.query<{ id: string }>(
    'select order_id as id from water.orders where account_id = $1 and requested_volume_liters = $2',
    [buyer.accountId, liters],
  );
  return rows.map(({ id }) => id);
};
const statusOf = async (orderId: string) =>
  (
    await system.admin.query<{ status: string }>(
      'select status from water.orders where order_id = $1',
      [orderId],
    )
  ).rows[0]?.status;
const away = {
  status: 503,
  body: { error_code: 'SERVICE_UNAVAILABLE', details: { dependency: 'postgres' } },
};

describe('a command that meets PostgreSQL away is answered 503 by that name', () => {
  it('and an order appears later under its key alone, which finds it', async () => {
    await leave('insert');
    const [keyed, unkeyed] = await Promise.all([
      ask(buyer, '', 'placed-later', order(11)),
      ask(buyer, '', undefined, order(12)),
    ]);
    expect([keyed, unkeyed]).toMatchObject([away, away]);
    // Called off: the workflow of the order without a key ends, and no row tells of the order.
    const { rows } = await system.admin.query<{ id: string }>(
      "select command_id as id from platform.commands where account_id = $1 and action = 'order.place'",
      [buyer.accountId],
    );
    expect(rows).toHaveLength(1);
    await comeBack();

    await eventually(async () => expect(await ordersOf(11)).toHaveLength(1));
    const [orderId = ''] = await ordersOf(11);
    const found = await ask(buyer, '', 'placed-later', order(11));
    expect(found).toMatchObject({ status: 201, body: { order_id: orderId, status: 'CREATED' } });
    await eventually(async () => {
      const open = system.temporal.client.workflow.list({
        query: `AccountId = '${buyer.accountId}'`,
      });
      const standings: string[] = [];
      for await (const { workflowId, status } of open)
        standings.push(
          workflowId === orderWorkflowId(orderId) ? `placed ${status.name}` : status.name,
        );
      expect(standings.sort()).toEqual(['COMPLETED', 'placed RUNNING']);
    });
    expect(await ordersOf(12)).toEqual([]);
  });

  it('and a repeat of the key places the order at once, without waiting for the next try', async () => {
    await leave('insert');
    expect(await ask(buyer, '', 'placed-at-once', order(13))).toMatchObject(away);
    await comeBack();
    const startedAt = performance.now();
    expect(await ask(buyer, '', 'placed-at-once', order(13))).toMatchObject({ status: 201 });
    expect([await ordersOf(13), performance.now() - startedAt < 5_000]).toEqual([
      [expect.any(String)],
      true,
    ]);
  });

  it('and a step has not happened, nor does it later; under its key it is taken when it is asked for again', async () => {
    const orderId = await placeOrder(buyer, shop);
    await leave('update');
    const answers = await Promise.all([
      ask(seller, `/${orderId}/accept`, 'accepted-later'),
      ask(seller, `/${orderId}/accept`),
    ]);
    expect(answers).toMatchObject([away, away]);
    await comeBack();
    await sleep(2_500);
    expect(await statusOf(orderId)).toBe('CREATED');
    const accepted = await ask(seller, `/${orderId}/accept`, 'accepted-later');
    expect(accepted).toMatchObject({ status: 200, body: { status: 'ACCEPTED' } });
    expect(await ask(seller, `/${orderId}/accept`, 'accepted-later')).toMatchObject({
      body: accepted.body,
    });
  });
});

describe('a command whose workers are away', () => {
  it('has been called off by the time they are back, where it has no key', async () => {
    const orderId = await placeOrder(buyer, shop);
    // As left by an API that has stopped waiting, when PostgreSQL did not answer either.
    await system.admin.query(`create function water.is_late() returns trigger language plpgsql as $$
      begin update platform.commands set lease_until = clock_timestamp() - interval '1 ms' where idempotency_key is null; return null; end $$`);
    await system.admin.query(
      'create trigger late after update on water.orders execute function water.is_late()',
    );
    const late = await ask(seller, `/${orderId}/accept`);
    await system.admin.query('drop trigger late on water.orders');
    expect([late.status, await statusOf(orderId)]).toEqual([503, 'CREATED']);
  });
});
