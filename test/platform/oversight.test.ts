/**
 * Tells of: undelivered-code.routes, device-oversight.routes, order-oversight.routes,
 * diagnostics.routes.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isForPlatform } from '../../api/route/access.js';
import mqtt from 'mqtt';
import { orderWorkflowId } from '../../workflows/water/order.contract.js';
import { placeOrder, type Actor } from '../support/people/actors.js';
import { aDeviceId } from '../support/devices/device.js';
import { eventually } from '../support/timing/eventually.js';
import { codeOf, createRawClient, type RawClient } from '../support/http/http.js';
import { makeHolding, noHolding, type Holding } from '../support/holdings/holdings.js';
import { makeShop } from '../support/holdings/water.holding.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';

interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}
interface Order {
  order_id: string;
  order_code: string;
  status: string;
  dispute: { note: string | null } | null;
}

let system: TestSystem;
let call: RawClient;
let admin: Actor;
let buyer: Actor;
let seller: Actor;
let shopId: string;
let has: Holding;
beforeAll(async () => {
  system = await startTestSystem();
  call = createRawClient(system.url);
  admin = await system.platformAdmin();
  [buyer, seller] = [await system.signUp('buyer'), await system.signUp('seller')];
  shopId = await makeShop(seller);
  has = await makeHolding(system, buyer, shopId);
}, 60_000);
afterAll(() => system.stop());

const look = <Answer>(path: string): Promise<Answer> =>
  admin.api.get<Answer>(`/v1/internal${path}`);
const entries = async (): Promise<{ action: string; subject_id: string | null }[]> => {
  const { rows } = await system.admin.query(
    "select action, subject_id from platform.audit_log where action like '%.oversee' order by seq",
  );
  return rows;
};

describe('a platform admin', () => {
  it('finds an order by its id, its code, its state, a party and what falls due, with all that has happened to it', async () => {
    const { order, timeline, ...named } = await look<{
      order: Order;
      timeline: { event_type: string }[];
      order_id: string;
    }>(`/orders/${has.order_id}`);
    expect(named.order_id).toBe(has.order_id);
    expect(timeline.map(({ event_type }) => event_type)).toEqual(['ORDER_CREATED']);
    expect((await look<{ order: Order }>(`/orders/${order.order_code}`)).order).toEqual(order);
    const hereafter = new Date(Date.now() + 30 * 86_400_000).toISOString();
    for (const filter of [
      `order_code=${order.order_code}`,
      'status=CREATED',
      `account_id=${buyer.accountId}`,
      `account_id=${seller.accountId}`,
      `deadline_before=${hereafter}`,
    ]) {
      const { items } = await look<Page<Order>>(`/orders?${filter}`);
      expect([filter, items.map(({ order_id }) => order_id)]).toEqual([filter, [has.order_id]]);
    }
    for (const filter of [
      'status=DISPUTED',
      `account_id=${noHolding().account_id}`,
      'deadline_before=2026-01-01T00:00:00Z',
    ])
      expect((await look<Page<Order>>(`/orders?${filter}`)).items).toEqual([]);
    for (const name of [noHolding().order_id, 'ORD-000000000000'])
      expect(codeOf(await call('get', `/v1/internal/orders/${name}`, { token: admin.token }))).toBe(
        '404 RESOURCE_NOT_FOUND',
      );
  });

  it('goes through many orders page by page, and misses none', async () => {
    for (let placed = 0; placed < 3; placed += 1) await placeOrder(buyer, shopId);
    const all = (await look<Page<Order>>('/orders')).items.map(({ order_id }) => order_id);
    const found: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page<Order> = await look(`/orders?limit=1${cursor && `&cursor=${cursor}`}`);
      found.push(...page.items.map(({ order_id }) => order_id));
      cursor = page.next_cursor;
    }
    expect(found).toHaveLength(4);
    expect(found).toEqual(all);
  });

  it('reads in a dispute what the parties wrote', async () => {
    const path = `/orders/${has.order_id}`;
    await seller.api.post(`/v1/accounts/${seller.accountId}${path}/accept`);
    await buyer.api.post(`/v1/accounts/${buyer.accountId}${path}/dispute`, {
      reason: 'It never came',
    });
    const { items } = await look<Page<Order>>('/disputes');
    expect(items).toEqual([
      expect.objectContaining({ order_id: has.order_id, status: 'DISPUTED' }),
    ]);
    expect(items[0]?.dispute?.note).toBe('It never came');
  });

  it('sees the events of no account, and of any that is named', async () => {
    const ofNobody = await look<Page<{ account_id: string | null }>>('/diagnostics/events');
    expect(ofNobody.items.length).toBeGreaterThan(0);
    expect(new Set(ofNobody.items.map(({ account_id }) => account_id))).toEqual(new Set([null]));
    const ofBuyer = await look<Page<{ event_type: string }>>(
      `/diagnostics/events?account_id=${buyer.accountId}&event_type=ORDER_DISPUTED`,
    );
    expect(ofBuyer.items).toHaveLength(1);
  });

  it('finds whose dead letters there are, and decides on one of any account, which both then know of', async () => {
    const counts = await look<{ items: object[] }>('/dead-letters/accounts');
    expect(counts.items).toContainEqual({
      account_id: buyer.accountId,
      consumer_id: 'internal/gone',
      count: 1,
      oldest_dead_at: expect.any(String),
    });
    const list = () =>
      look<Page<{ dead_letter_id: string }>>(`/dead-letters?account_id=${buyer.accountId}`);
    expect((await list()).items.map(({ dead_letter_id }) => dead_letter_id)).toEqual([
      has.dead_letter_id,
    ]);
    expect((await look<Page<object>>('/dead-letters')).items).toEqual([]);
    const decide = (query: string) =>
      call('post', `/v1/internal/dead-letters/${has.dead_letter_id}/skip${query}`, {
        token: admin.token,
      });
    expect(codeOf(await decide(''))).toBe('404 RESOURCE_NOT_FOUND');
    expect(codeOf(await decide(`?account_id=${seller.accountId}`))).toBe('404 RESOURCE_NOT_FOUND');
    expect((await decide(`?account_id=${buyer.accountId}`)).status).toBe(200);
    expect((await list()).items).toEqual([]);
    const { rows } = await system.admin.query(
      "select subject_id from platform.audit_log where action = 'dead-letter.skip'",
    );
    expect(rows).toEqual([{ subject_id: has.dead_letter_id }]);
  });

  it('sees of a device all that there is, attached or not, and which are silent', async () => {
    const overview = await look<Record<string, unknown>>(`/devices/${has.device_id}/overview`);
    expect(overview).toMatchObject({
      device_id: has.device_id,
      inventory_unit: {
        serial_number: has.serial_number,
        provisioning_status: 'PROVISIONED',
        assigned_to: null,
      },
      operational_device: { connectivity_state: 'ONLINE', last_seen_at: expect.any(String) },
      attachment: { account_id: buyer.accountId, reservoir_id: has.reservoir_id },
    });
    const { items } = await look<Page<{ device_id: string; account_id: string }>>(
      '/devices?connectivity_state=ONLINE',
    );
    expect(items).toContainEqual(
      expect.objectContaining({ device_id: has.device_id, account_id: buyer.accountId }),
    );
    expect((await look<Page<object>>('/devices?connectivity_state=OFFLINE')).items).toEqual([]);
    const refusedId = aDeviceId();
    await admin.api.post(`/v1/internal/device-inventory/units/${refusedId}`, {
      serial_number: 'JL-REFUSE',
      provisioning_status: 'PROVISIONED',
    });
    await expect(
      mqtt.connectAsync(system.mqttUrl, {
        clientId: refusedId,
        username: refusedId,
        password: 'wrong',
        reconnectPeriod: 0,
      }),
    ).rejects.toThrow();
    await eventually(
      async () =>
        expect(await look(`/devices/${refusedId}/overview`)).toMatchObject({
          operational_device: null,
          attachment: null,
          access: { connected_at: null, refusal_reason: expect.any(String), refused_count: 1 },
          drops: [],
        }),
      15_000,
    );
  });

  it('sees which codes have not gone out, and to whom as far as need be', async () => {
    const { rows } = await system.admin.query<{ token_id: string }>(
      `update identity.tokens set delivery_status = 'FAILED'
       where token_id = (select max(token_id::text)::uuid from identity.tokens) returning token_id`,
    );
    const { items } =
      await look<Page<{ token_id: string; channels: { identifier: string }[] }>>(
        '/diagnostics/codes',
      );
    expect(items.map(({ token_id }) => token_id)).toEqual([rows[0]?.token_id]);
    expect(items[0]?.channels[0]?.identifier).toMatch(/^.…@[\w.]+$/);
    expect(items[0]?.channels[0]).toMatchObject({
      failure_reason: null,
      failure_code: null,
      failed_at: null,
    });
    // As left by the delivery.
    await system.admin.query(
      `update identity.token_channels set sent_at = null, failure_reason = 'PROVIDER_FAILED', failure_code = 'ECONNREFUSED',
         failed_at = now() where token_id = $1`,
      [rows[0]?.token_id],
    );
    const why = {
      failure_reason: 'PROVIDER_FAILED',
      failure_code: 'ECONNREFUSED',
      failed_at: expect.any(String),
    };
    expect(await look('/diagnostics/codes')).toMatchObject({
      items: [{ channels: [{ is_sent: false, ...why }] }],
    });
  });

  it('sees which workflows have failed', async () => {
    const workflowId = orderWorkflowId(has.order_id);
    await system.temporal.client.workflow.getHandle(workflowId).terminate();
    await eventually(async () => {
      const { items } = await look<{ items: object[] }>('/diagnostics/workflows');
      expect(items).toContainEqual(
        expect.objectContaining({
          workflow_id: workflowId,
          trouble: 'TERMINATED',
          account_id: buyer.accountId,
        }),
      );
    });
  });

  it('leaves an entry in the audit log by each look at what is others’', async () => {
    const before = (await entries()).length;
    await look(`/orders/${has.order_id}`);
    const [last, ...more] = (await entries()).slice(before);
    expect([last, more]).toEqual([{ action: 'order.oversee', subject_id: has.order_id }, []]);
    const overseen = system.api.routes.filter(
      ({ path, tag }) => tag === 'Oversight' && path !== '/v1/internal/me',
    );
    expect(overseen.length).toBeGreaterThanOrEqual(6);
    for (const { audit, access } of overseen)
      expect([audit && 'action' in audit, isForPlatform(access)]).toEqual([true, true]);
  });
});
