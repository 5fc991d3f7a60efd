import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createOrderActivities } from '../../activities/water/order.activities.js';
import { orderViews } from '../../db/water/order.views.js';
import { orderVersion, orderWorkflowId } from '../../workflows/water/order.contract.js';
import { aSeller, policy, type Seller } from '../support/water/market.js';
import { createMarketApi, type MarketApi } from '../support/api/market-api.js';

let api: MarketApi;
const lost: string[] = [];
let seller: Seller;
const buyer = randomUUID();
beforeAll(async () => {
  api = await createMarketApi(policy, undefined, (workflowId) => void lost.push(workflowId));
  seller = await aSeller(api.admin);
});
afterAll(() => api.close());

const act = (account: string, orderId: string, action: string, body?: object) =>
  api.post(`/v1/accounts/${account}/orders/${orderId}/${action}`, account, body);
const versionOf = (orderId: string) =>
  api.client.workflow.getHandle(orderWorkflowId(orderId)).query(orderVersion);

async function placeOrder(volumeLiters: number): Promise<string> {
  const body = {
    seller_reservoir_id: seller.reservoirId,
    requested_fill_mode: 'VOLUME_LITERS',
    currency: 'KES',
  };
  const placed = await api
    .post(`/v1/accounts/${buyer}/orders`, buyer, { ...body, requested_volume_liters: volumeLiters })
    .expect(201);
  return placed.body.order_id as string;
}

/**
 * Accepted in the row, and not yet in the workflow: the state after a kill between the two commits.
 */
async function anOrderAhead(): Promise<string> {
  const orderId = await placeOrder(10);
  const order = await orderViews(api.database.reads({ accountId: buyer })).snapshot(orderId);
  if (!order) throw new Error('an order that was placed is not there');
  const actor = { accountId: seller.accountId, principalId: seller.accountId };
  await createOrderActivities({ database: api.database }).recordTransition({
    before: order,
    step: { action: 'accept', actor },
    policy,
    occurredAt: new Date().toISOString(),
  });
  expect(await versionOf(orderId)).toBe(1);
  return orderId;
}

describe('the last command of an order', () => {
  it('is answered alike to all who send it at the same time, also when the workflow has ended meanwhile', async () => {
    const orderId = await placeOrder(1);
    const asked = Array.from({ length: 8 }, () => act(seller.accountId, orderId, 'reject'));
    const answers = (await Promise.all(asked)).map((answer) => [answer.status, answer.body.status]);
    expect(answers).toEqual(answers.map(() => [200, 'REJECTED']));
  });
});

describe('an order whose workflow is behind its row', () => {
  it('goes on with the next command, which the row allows', async () => {
    const orderId = await anOrderAhead();
    const confirmed = await act(seller.accountId, orderId, 'confirm-delivery', {
      confirmed_volume_liters: 10,
    });
    expect([confirmed.status, confirmed.body.status]).toEqual([200, 'ACCEPTED']);
    expect(await versionOf(orderId)).toBe(3);
  });

  it('is caught up with by the same command again, and then not asked any more', async () => {
    const orderId = await anOrderAhead();
    for (let times = 0; times < 3; times += 1)
      await act(seller.accountId, orderId, 'accept').expect(200);
    expect(await versionOf(orderId)).toBe(2);
    const history = await api.client.workflow.getHandle(orderWorkflowId(orderId)).fetchHistory();
    const updates =
      history.events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes) ?? [];
    // The placing and the catching up.
    expect(updates).toHaveLength(2);
    const { rows } = await api.admin.query(
      'select event_type from platform.events where subject_id = $1',
      [orderId],
    );
    expect(rows.map((row) => row.event_type)).toEqual(['ORDER_CREATED', 'ORDER_ACCEPTED']);
  });

  it('still refuses what neither allows', async () => {
    const orderId = await anOrderAhead();
    const refused = await act(seller.accountId, orderId, 'reject').expect(409);
    expect(refused.body).toMatchObject({
      error_code: 'INVALID_ORDER_STATE',
      details: { status: 'ACCEPTED' },
    });
  });
});

describe('an order whose workflow is gone', () => {
  const gone = {
    error_code: 'SERVICE_UNAVAILABLE',
    details: { dependency: 'temporal', reason: 'WORKFLOW_LOST' },
  };

  it('answers what its row allows with 503 and when to come back, and has the loss looked at', async () => {
    const orderId = await placeOrder(1);
    await api.client.workflow.getHandle(orderWorkflowId(orderId)).terminate();
    for (const [account, action] of [
      [seller.accountId, 'accept'],
      [buyer, 'cancel'],
    ] as const) {
      const refused = await act(account, orderId, action)
        .expect(503)
        .expect('Retry-After', /^[1-9]$/);
      expect(refused.body).toMatchObject(gone);
    }
    expect(lost).toEqual([orderWorkflowId(orderId), orderWorkflowId(orderId)]);
  });

  it('answers what its row refuses, and what was done, as if nothing had happened', async () => {
    const orderId = await placeOrder(1);
    await act(seller.accountId, orderId, 'accept').expect(200);
    await api.client.workflow.getHandle(orderWorkflowId(orderId)).terminate();
    lost.length = 0;
    await act(seller.accountId, orderId, 'accept').expect(200);
    const refused = await act(seller.accountId, orderId, 'reject').expect(409);
    expect(refused.body).toMatchObject({ error_code: 'INVALID_ORDER_STATE' });
    expect(lost).toEqual([]);
  });
});
