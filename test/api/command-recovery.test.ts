/** Tells of: command.records. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { purgeRequests } from '../../db/platform/request-purge.store.js';
import { createRolePool, roleScope } from '../../db/connection/database.js';
import { orderWorkflowId } from '../../workflows/water/order.contract.js';
import { placeOrder, type Actor } from '../support/people/actors.js';
import { makeShop } from '../support/holdings/water.holding.js';
import { codeOf, createRawClient, type RawRequest } from '../support/http/http.js';
import { startPart } from '../support/system/part-process.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';

let system: TestSystem;
let buyer: Actor;
let seller: Actor;
let shop: string;
beforeAll(async () => {
  system = await startTestSystem();
  [buyer, seller] = [await system.signUp('buyer'), await system.signUp('seller')];
  shop = await makeShop(seller);
});
afterAll(() => system.stop());

/** A request to a separate API that writes the command down and dies before any workflow hears. */
async function askAndDie(path: string, request: RawRequest): Promise<void> {
  const doomed = startPart(system, 'api', { CRASH_AT: 'api.before-update:1' });
  try {
    await expect(createRawClient(await doomed.ready)('post', path, request)).rejects.toThrow();
    expect(await doomed.death).toBe('SIGKILL');
  } finally {
    await doomed.kill();
  }
}
const commandsOf = async ({ accountId }: Actor, action: string) => {
  const { rows } = await system.admin.query<{ id: string; subject: string; isDone: boolean }>(
    `select command_id as id, subject_id as subject, completed_at is not null as "isDone" from platform.commands
     where account_id = $1 and action = $2 order by command_id`,
    [accountId, action],
  );
  return rows;
};
const eventsOf = async (orderId: string) => {
  const { rows } = await system.admin.query<{ type: string }>(
    `select event_type as type from platform.events where subject_type = 'order' and subject_id = $1 order by subject_seq`,
    [orderId],
  );
  return rows.map(({ type }) => type);
};
const entriesOf = async ({ accountId }: Actor, action: string) => {
  const { rows } = await system.admin.query(
    'select 1 from platform.audit_log where account_id = $1 and action = $2',
    [accountId, action],
  );
  return rows.length;
};

describe('a command whose sender is killed before the workflow hears of it', () => {
  it('is carried out by the repeat of its key, once and as itself, as soon as its sender counts as dead', async () => {
    const path = `/v1/accounts/${buyer.accountId}/orders`;
    const order = {
      seller_reservoir_id: shop,
      requested_fill_mode: 'VOLUME_LITERS',
      currency: 'USD',
    };
    const request = {
      token: buyer.token,
      headers: { 'Idempotency-Key': 'placed-once' },
      body: { ...order, requested_volume_liters: 10 },
    };
    await askAndDie(path, request);
    const [command] = await commandsOf(buyer, 'order.place');
    expect(command).toMatchObject({ isDone: false });
    const orderId = command?.id ?? '';
    const handle = system.temporal.client.workflow.getHandle(orderWorkflowId(orderId));
    await expect(handle.describe()).rejects.toThrow();

    const call = createRawClient(system.url);
    const early = await call('post', path, request);
    expect(codeOf(early)).toBe('409 IDEMPOTENCY_IN_PROGRESS');
    const { retry_after_seconds: seconds } = Object(Object(early.body).details) as {
      retry_after_seconds: number;
    };
    expect(seconds).toBeLessThanOrEqual(15);
    await system.admin.query(
      "update platform.commands set lease_until = now() - interval '1 millisecond'",
    );

    const placed = await call('post', path, request);
    expect(placed).toMatchObject({ status: 201, body: { order_id: orderId, status: 'CREATED' } });
    expect((await call('post', path, request)).body).toEqual(placed.body);
    expect(await commandsOf(buyer, 'order.place')).toEqual([
      expect.objectContaining({ id: orderId, isDone: true }),
    ]);
    expect([await eventsOf(orderId), await entriesOf(buyer, 'order.place')]).toEqual([
      ['ORDER_CREATED'],
      1,
    ]);
  });

  it('without a key is nothing: the same request again is another command, and the row is forgotten', async () => {
    const orderId = await placeOrder(buyer, shop);
    const path = `/v1/accounts/${seller.accountId}/orders/${orderId}/accept`;
    await askAndDie(path, { token: seller.token });
    expect(await eventsOf(orderId)).toEqual(['ORDER_CREATED']);

    const accepted = await createRawClient(system.url)('post', path, { token: seller.token });
    expect(accepted).toMatchObject({ status: 200, body: { status: 'ACCEPTED' } });
    expect([await eventsOf(orderId), await entriesOf(seller, 'order.accept')]).toEqual([
      ['ORDER_CREATED', 'ORDER_ACCEPTED'],
      1,
    ]);
    const standing = (await commandsOf(seller, 'order.accept')).map(({ isDone }) => isDone);
    expect(standing).toEqual([false, true]);

    await system.admin.query(
      "update platform.commands set expires_at = now() - interval '7 days 1 minute'",
    );
    const relay = createRolePool(system.config.DATABASE_RELAY_URL ?? '');
    await purgeRequests(roleScope(relay));
    await relay.end();
    expect(await commandsOf(seller, 'order.accept')).toEqual([]);
  });
});
