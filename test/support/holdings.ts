import { randomUUID } from 'node:crypto';
import mqtt from 'mqtt';
import { aDeviceId, telemetry } from './device.js';
import {
  attachNewDevice,
  makeReservoir,
  makeSite,
  openShop,
  placeOrder,
  recordLevel,
  type Actor,
  type RegisteredDevice,
} from './actors.js';
import { eventually } from './eventually.js';
import { createRawClient } from './http.js';
import type { TestSystem } from './system.js';

/** One of everything that an account can have, by the names that paths and bodies use. */
export interface Holding {
  account_id: string;
  site_id: string;
  reservoir_id: string;
  device_id: string;
  serial_number: string;
  order_id: string;
  alert_id: string;
  price_rule_id: string;
  export_id: string;
  /** Of the platform's, which nobody has. */
  schedule_id: string;
  webhook_id: string;
  /** Of that webhook. */
  delivery_id: string;
  event_id: string;
  dead_letter_id: string;
  decision_id: string;
}

/** Ids of the right shape that nothing has. */
export const noHolding = (): Holding => ({
  ...{ account_id: randomUUID(), site_id: randomUUID(), reservoir_id: randomUUID(), order_id: randomUUID() },
  ...{ event_id: randomUUID(), dead_letter_id: randomUUID(), decision_id: randomUUID() },
  ...{ alert_id: randomUUID(), price_rule_id: randomUUID(), device_id: aDeviceId(), serial_number: 'JL-ZZZZZZ' },
  schedule_id: 'no-such-schedule',
  ...{ webhook_id: randomUUID(), delivery_id: randomUUID() },
  export_id: randomUUID(),
});

/** A site with a reservoir, a device on it that has reported a critical level, the alert of that, a shop, an order, and a webhook. */
export async function makeHolding(system: TestSystem, owner: Actor, orderFrom: string): Promise<Holding> {
  const admin = await system.platformAdmin();
  const webhook = await makeWebhook(system, owner);
  const siteId = await makeSite(owner);
  const reservoirId = await makeReservoir(owner, siteId);
  const device = await attachNewDevice(admin, owner, reservoirId);
  await report(system, device);
  const alerts = `/v1/accounts/${owner.accountId}/alerts`;
  const alertId = await eventually(async () => {
    const { items } = await owner.api.get<{ items: { alert_id: string }[] }>(alerts);
    if (!items[0]) throw new Error('no alert yet');
    return items[0].alert_id;
  });
  const { items: events } = await owner.api.get<{ items: { event_id: string }[] }>(
    `/v1/accounts/${owner.accountId}/events?limit=1`,
  );
  const eventId = events[0]?.event_id ?? '';
  return {
    account_id: owner.accountId,
    event_id: eventId,
    dead_letter_id: await makeDeadLetter(system, eventId),
    site_id: siteId,
    reservoir_id: reservoirId,
    device_id: device.deviceId,
    serial_number: device.serialNumber,
    order_id: await placeOrder(owner, orderFrom),
    alert_id: alertId,
    price_rule_id: await openShop(owner, reservoirId),
    export_id: await requestExport(owner),
    decision_id: await requestDecision(owner),
    schedule_id: 'purge-mailbox',
    ...webhook,
  };
}

/** What a consumer of the past could not be brought: it holds a lane of its own, which nobody else waits for. */
export async function makeDeadLetter({ admin }: Pick<TestSystem, 'admin'>, eventId: string): Promise<string> {
  const { rows } = await admin.query<{ delivery_id: string }>(
    `with lane as (
       insert into platform.lanes (consumer_id, subject_type, subject_id, due_at)
       select 'internal/gone', e.subject_type, e.subject_id, 'infinity' from platform.events e where e.event_id = $1
       returning lane_id)
     insert into platform.deliveries (account_id, consumer_id, lane_id, event_id, event_type, subject_seq, state, attempts, dead_at)
     select e.account_id, 'internal/gone', l.lane_id, e.event_id, e.event_type, e.subject_seq, 'DEAD', 10, now()
     from platform.events e, lane l where e.event_id = $1 returning delivery_id`,
    [eventId],
  );
  return rows[0]?.delivery_id ?? '';
}

export async function requestExport({ api, accountId }: Actor): Promise<string> {
  const { export_id: id } = await api.post<{ export_id: string }>(`/v1/accounts/${accountId}/audit/exports`);
  return id;
}

/** On the dead letters of a consumer that has none. */
export async function requestDecision(
  { api, accountId }: Actor,
  path = `/v1/accounts/${accountId}/dead-letters`,
): Promise<string> {
  const filter = { consumer_id: 'internal/nobody' };
  const { decision_id: id } = await api.post<{ decision_id: string }>(`${path}/skip`, filter);
  return id;
}

/** A reservoir of the actor's that others can order from. */
export async function makeShop(seller: Actor): Promise<string> {
  const reservoirId = await makeReservoir(seller, await makeSite(seller));
  await recordLevel(seller, reservoirId, 100);
  await openShop(seller, reservoirId);
  return reservoirId;
}

/** One that nobody is behind, and a delivery that is on its way to it; switched off then, or it would go on trying. */
async function makeWebhook(
  { url }: TestSystem,
  { api, accountId, token }: Actor,
): Promise<Pick<Holding, 'webhook_id' | 'delivery_id'>> {
  const path = `/v1/accounts/${accountId}/webhooks`;
  const body = { url: 'https://hooks.example.com/nobody', event_types: ['*'] };
  const { webhook_id: webhookId } = await api.post<{ webhook_id: string }>(path, body);
  const deliveryId = await eventually(async () => {
    const { items } = await api.get<{ items: { delivery_id: string }[] }>(`${path}/${webhookId}/deliveries`);
    if (!items[0]) throw new Error('no delivery yet');
    return items[0].delivery_id;
  });
  const off = { token, body: { status: 'DISABLED' }, headers: { 'if-match': '"1"' } };
  await createRawClient(url)('patch', `${path}/${webhookId}`, off);
  return { webhook_id: webhookId, delivery_id: deliveryId };
}

export async function report({ mqttUrl }: TestSystem, { deviceId, password }: RegisteredDevice): Promise<void> {
  const client = await mqtt.connectAsync(mqttUrl, { clientId: deviceId, username: deviceId, password });
  await client.publishAsync(`devices/${deviceId}/telemetry`, telemetry(1, 950), { qos: 1 });
  await client.endAsync();
}
