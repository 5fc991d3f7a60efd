import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { StartupFailure } from '../../processes/startup-failure.js';
import type { ApiClient } from './client.js';

interface Party {
  name: string;
  accountId: string;
  api: ApiClient;
}

export interface StoryParts {
  api: ApiClient;
  /** A platform admin, who runs the device inventory. */
  admin: ApiClient;
  mqttUrl: string;
  say(line: string): void;
}

export interface StoryEnd {
  orderId: string;
  deviceId: string;
  buyerAccountId: string;
}

const password = `demo-${randomBytes(9).toString('base64url')}`;
const pollMs = 100;
const patienceMs = 30_000;

/** The water story, once through: two companies, a tank that runs low, and the order that fills it. */
export async function playStory({ api, admin, mqttUrl, say }: StoryParts): Promise<StoryEnd> {
  const buyer = await join(api, 'buyer', say);
  const seller = await join(api, 'seller', say);

  const target = await addTank(buyer, 'School tank', { lat: -8.84, lng: 13.23 }, say);
  const source = await addTank(seller, 'Depot tank', { lat: -8.83, lng: 13.24 }, say);
  await seller.api.post(`/v1/reservoirs/${source}/manual-reading`, { level_pct: 90 });
  await openShop(seller, source, say);

  const deviceId = await watchLevel({ admin, buyer, reservoirId: target, mqttUrl, say });
  const alert = await until('an alert', async () => {
    const { items } = await buyer.api.get<{ items: { rendered_title: string }[] }>(
      `/v1/accounts/${buyer.accountId}/alerts`,
    );
    return items[0];
  });
  say(`alert: ${alert.rendered_title}`);

  const orderId = await fillUp({ buyer, seller, target, say });
  return { orderId, deviceId, buyerAccountId: buyer.accountId };
}

async function join(api: ApiClient, name: string, say: (line: string) => void): Promise<Party> {
  const email = `${name}-${randomBytes(4).toString('hex')}@demo.example`;
  await api.post('/v1/auth/register', { email, password });
  say(`${name} registers; a workflow sends the code`);
  const otp = await until('the code', async () => {
    const { items } = await api.get<{ items: { otp?: string }[] }>(`/ui/mailbox.json?to=${encodeURIComponent(email)}`);
    return items.find((item) => item.otp)?.otp;
  });
  await api.post('/v1/auth/verify-identifier', { email, otp });
  const { access_token: token } = await api.post<{ access_token: string }>('/v1/auth/login', {
    username: email,
    password,
  });
  const signedIn = api.as(token);
  const me = await signedIn.get<{
    default_org_id: string;
    org_memberships: { org_id: string; org_principal_id: string }[];
  }>('/v1/me');
  const accountId = me.org_memberships[0]?.org_principal_id;
  if (!accountId) throw new StartupFailure(`The new ${name} has no account.`);
  say(`${name} verifies the code and owns an account`);
  return { name, accountId, api: signedIn };
}

async function addTank(
  { api, accountId, name }: Party,
  tank: string,
  location: { lat: number; lng: number },
  say: (line: string) => void,
): Promise<string> {
  const site = await api.post<{ site_id: string }>(`/v1/accounts/${accountId}/sites`, {
    name: `${tank} site`,
    site_type: 'DEPOT',
    location,
  });
  const { reservoir_id: reservoirId } = await api.post<{ reservoir_id: string }>(
    `/v1/accounts/${accountId}/reservoirs`,
    {
      site_id: site.site_id,
      name: tank,
      reservoir_type: 'TANK',
      mobility: 'FIXED',
      monitoring_mode: 'DEVICE',
      geometry: { shape: 'VERTICAL_CYLINDER', diameter_mm: 2_000, height_mm: 3_000 },
      height_mm: 3_000,
      sensor_empty_distance_mm: 3_000,
      sensor_full_distance_mm: 0,
      low_threshold_pct: 30,
      critical_threshold_pct: 10,
      full_threshold_pct: 95,
      location,
    },
  );
  say(`${name} adds a site and the ${tank.toLowerCase()}`);
  return reservoirId;
}

async function openShop({ api, accountId }: Party, reservoirId: string, say: (line: string) => void): Promise<void> {
  await api.post(`/v1/accounts/${accountId}/seller-profile`, { status: 'ACTIVE', display_name: 'Demo Water' });
  await api.patch(`/v1/accounts/${accountId}/seller/reservoirs/${reservoirId}`, {
    seller_availability_status: 'AVAILABLE',
  });
  await api.post(`/v1/accounts/${accountId}/seller/reservoirs/${reservoirId}/price-rules`, {
    currency: 'USD',
    min_volume_liters: 100,
    max_volume_liters: null,
    base_price_per_liter: '0.012500',
    delivery_fee_flat: '15.00',
  });
  say('seller opens a profile, offers the depot tank and sets a price');
}

async function watchLevel(parts: {
  admin: ApiClient;
  buyer: Party;
  reservoirId: string;
  mqttUrl: string;
  say: (line: string) => void;
}): Promise<string> {
  const { admin, buyer, reservoirId, mqttUrl, say } = parts;
  const deviceId = randomBytes(6).toString('hex').toUpperCase();
  const serial = `JL-${String(randomInt(36 ** 5, 36 ** 6).toString(36)).toUpperCase()}`;
  const claimCode = randomBytes(6).toString('hex').toUpperCase();
  const unit = await admin.post<{ mqtt_username: string; mqtt_password: string }>(
    `/v1/internal/device-inventory/units/${deviceId}`,
    {
      serial_number: serial,
      provisioning_status: 'PROVISIONED',
      claim_code: claimCode,
    },
  );
  await admin.post(`/v1/internal/devices/${deviceId}/register`, { device_type: 'LEVEL_SENSOR' });
  await buyer.api.post(`/v1/accounts/${buyer.accountId}/devices/attach`, {
    serial_number: serial,
    claim_code: claimCode,
    reservoir_id: reservoirId,
  });
  say(`device ${deviceId} is registered, and attached to the school tank by what is on its label`);

  const device = await mqtt.connectAsync(mqttUrl, {
    clientId: deviceId,
    username: unit.mqtt_username,
    password: unit.mqtt_password,
  });
  const distances = [600, 1_200, 1_800, 2_400, 2_450];
  for (const [seq, distance] of distances.entries()) {
    const message = {
      schema_version: 1,
      seq: seq + 1,
      sensors: { ultrasonic: { raw_readings: [distance, distance + 2, distance - 2] } },
    };
    await device.publishAsync(`devices/${deviceId}/telemetry`, JSON.stringify(message), { qos: 1 });
    say(`device publishes ${distance} mm to the water; PUBACK means it is stored`);
    await sleep(150);
  }
  await device.endAsync();
  const level = await until('the low level', async () => {
    const seen = await buyer.api.get<{ level_state: string; latest_reading: { level_pct: number } | null }>(
      `/v1/reservoirs/${reservoirId}`,
    );
    return seen.level_state === 'LOW' ? seen : undefined;
  });
  say(`school tank is ${level.level_state} at ${level.latest_reading?.level_pct.toFixed(1) ?? '?'} %`);
  return deviceId;
}

async function fillUp(parts: {
  buyer: Party;
  seller: Party;
  target: string;
  say: (line: string) => void;
}): Promise<string> {
  const { buyer, seller, target, say } = parts;
  const { items } = await buyer.api.get<{
    items: { seller_reservoir_id: string; seller_principal_id: string; estimated_total: string }[];
  }>(
    '/v1/marketplace/reservoir-listings?lat=-8.84&lng=13.23&within_radius_km=10&requested_volume_liters=2000&currency=USD',
  );
  const listing = items.find((item) => item.seller_principal_id === seller.accountId);
  if (!listing) throw new StartupFailure('The marketplace does not list the seller.');
  say(`marketplace lists ${items.length} within 10 km; 2,000 litres for ${String(listing.estimated_total)} USD`);
  const order = await buyer.api.post<{ order_id: string; order_code: string }>(
    `/v1/accounts/${buyer.accountId}/orders`,
    {
      seller_reservoir_id: listing.seller_reservoir_id,
      target_reservoir_id: target,
      requested_fill_mode: 'VOLUME_LITERS',
      requested_volume_liters: 2_000,
      currency: 'USD',
    },
  );
  say(`buyer orders: ${order.order_code}`);
  const act = async (party: Party, action: string, body: object = {}) => {
    const { status } = await party.api.post<{ status: string }>(
      `/v1/accounts/${party.accountId}/orders/${order.order_id}/${action}`,
      body,
    );
    say(`${party.name}: ${action} → ${status}`);
  };
  await act(seller, 'accept');
  await act(seller, 'confirm-delivery', { confirmed_volume_liters: 2_000 });
  await act(buyer, 'confirm-delivery', { confirmed_volume_liters: 2_000 });
  await buyer.api.post(`/v1/accounts/${buyer.accountId}/orders/${order.order_id}/reviews`, { rating: 5 });
  say('buyer reviews the seller: 5 of 5');
  return order.order_id;
}

async function until<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(pollMs)) {
    const found = await find();
    if (found !== undefined) return found;
  }
  throw new StartupFailure(`After ${patienceMs / 1_000} s there is still no sign of ${what}.`);
}
