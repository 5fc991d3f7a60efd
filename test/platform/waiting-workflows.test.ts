import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deviceWorkflowId } from '../../workflows/devices/device.contract.js';
import { orderWorkflowId } from '../../workflows/water/order.contract.js';
import {
  attachNewDevice,
  makeReservoir,
  makeSite,
  placeOrder,
  type Actor,
} from '../support/people/actors.js';
import { eventually } from '../support/timing/eventually.js';
import { report } from '../support/holdings/devices.holding.js';
import { makeShop } from '../support/holdings/water.holding.js';
import { createRawClient } from '../support/http/http.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';

let system: TestSystem;
let admin: Actor;
let buyer: Actor;
let shopId: string;
beforeAll(async () => {
  system = await startTestSystem({ ORDER_ACCEPT_MS: '3000' });
  admin = await system.platformAdmin();
  buyer = await system.signUp('buyer');
  shopId = await makeShop(await system.signUp('seller'));
  await system.admin.query(`create function water.is_away() returns trigger language plpgsql as $$
    begin raise exception 'the database system is shutting down' using errcode = 'cannot_connect_now'; end $$`);
});
afterAll(() => system.stop());

/** The activities' writes find PostgreSQL away, while everything else goes on. */
const leave = (moment: 'insert' | 'update', table: string) =>
  system.admin.query(
    `create trigger away before ${moment} on ${table} for each row execute function water.is_away()`,
  );
const comeBack = (table: string) => system.admin.query(`drop trigger away on ${table}`);

const openOrders = () =>
  eventually(async () => {
    const ids: string[] = [];
    const query = `AccountId = '${buyer.accountId}' and ExecutionStatus = 'Running'`;
    for await (const { workflowId } of system.temporal.client.workflow.list({ query }))
      ids.push(workflowId);
    expect(ids).toHaveLength(1);
    return ids;
  });

interface Troubled {
  workflow_id: string;
  trouble: string;
  waits_for: string | null;
}
/** The wait of a workflow; undefined where the workflow is not listed. */
async function waitOf(workflowId: string): Promise<string | null | undefined> {
  const { items } = await admin.api.get<{ items: Troubled[] }>(
    '/v1/internal/diagnostics/workflows',
  );
  return items.find(({ workflow_id, trouble }) => trouble === 'WAITS' && workflow_id === workflowId)
    ?.waits_for;
}
const isListed = (workflowId: string, work: string) =>
  eventually(async () =>
    expect(await waitOf(workflowId)).toMatch(
      new RegExp(`${work}: postgres is away \\(57P03.*\\); tried again at \\d{4}-.*Z\\.`),
    ),
  );
/** Within the growing pauses between tries. */
const isGone = (workflowId: string) =>
  eventually(async () => expect(await waitOf(workflowId)).toBeUndefined(), 100_000);

describe('a platform admin sees which workflow waits until what it needs is back, and no longer when it is', () => {
  it('an order that has no row yet', async () => {
    await leave('insert', 'water.orders');
    const { status } = await createRawClient(system.url)(
      'post',
      `/v1/accounts/${buyer.accountId}/orders`,
      {
        token: buyer.token,
        headers: { 'Idempotency-Key': 'placed-later' },
        body: {
          seller_reservoir_id: shopId,
          requested_fill_mode: 'VOLUME_LITERS',
          currency: 'USD',
          requested_volume_liters: 10,
        },
      },
    );
    expect(status).toBe(503);
    const [workflowId = ''] = await openOrders();
    await isListed(workflowId, 'Placing');
    await comeBack('water.orders');
    await isGone(workflowId);
  });

  it('an order whose time is over', async () => {
    const workflowId = orderWorkflowId(await placeOrder(buyer, shopId));
    await leave('update', 'water.orders');
    await isListed(workflowId, 'What is due');
    await comeBack('water.orders');
    await isGone(workflowId);
  });

  it('a device whose messages have become no readings', async () => {
    const reservoirId = await makeReservoir(buyer, await makeSite(buyer));
    const device = await attachNewDevice(admin, buyer, reservoirId);
    await leave('insert', 'water.reservoir_readings');
    await report(system, device);
    const workflowId = deviceWorkflowId(device.deviceId);
    await isListed(workflowId, 'Deriving');
    await comeBack('water.reservoir_readings');
    await isGone(workflowId);
  });
});
