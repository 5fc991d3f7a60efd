import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { answered, type MillraceClient } from '../../client/index.js';
import { StartupFailure } from '../../processes/startup-failure.js';
import { createDemoClient } from './client.js';

interface Party {
  name: 'buyer' | 'seller';
  email: string;
  account_id: string;
  api: MillraceClient;
}

interface StoryParts {
  baseUrl: string;
  /** A platform admin, in charge of the device inventory. */
  admin: MillraceClient;
  mqttUrl: string;
  say(line: string): void;
}

interface StoryEnd {
  orderId: string;
  deviceId: string;
  buyerAccountId: string;
  /** A login for a look at the buyer's account. */
  buyer: { email: string; password: string };
}

const password = `demo-${randomBytes(9).toString('base64url')}`;
const pollMs = 100;
const patienceMs = 30_000;

/**
 * The water story, once through: two companies, a tank with little water, and the order to fill the
 * tank.
 */
export async function playStory({ baseUrl, admin, mqttUrl, say }: StoryParts): Promise<StoryEnd> {
  const buyer = await join(baseUrl, 'buyer', say);
  const seller = await join(baseUrl, 'seller', say);

  const target = await addTank(buyer, 'School tank', { lat: -8.84, lng: 13.23 }, say);
  const source = await addTank(seller, 'Depot tank', { lat: -8.83, lng: 13.24 }, say);
  await answered(
    seller.api.POST('/v1/reservoirs/{reservoir_id}/manual-reading', {
      params: { path: { reservoir_id: source } },
      body: { level_pct: 90 },
    }),
  );
  await openShop(seller, source, say);

  const deviceId = await watchLevel({ admin, buyer, reservoirId: target, mqttUrl, say });
  const path = { account_id: buyer.account_id };
  const alert = await until('an alert', async () => {
    const { items } = await answered(
      buyer.api.GET('/v1/accounts/{account_id}/alerts', { params: { path } }),
    );
    return items[0];
  });
  say(`alert: ${alert.rendered_title}`);

  const orderId = await fillUp({ buyer, seller, target, say });
  return {
    orderId,
    deviceId,
    buyerAccountId: buyer.account_id,
    buyer: { email: buyer.email, password },
  };
}

async function join(
  baseUrl: string,
  name: Party['name'],
  say: (line: string) => void,
): Promise<Party> {
  const anonymous = createDemoClient(baseUrl);
  const email = `${name}-${randomBytes(4).toString('hex')}@demo.example`;
  await answered(anonymous.POST('/v1/auth/register', { body: { email, password } }));
  say(`${name} registers; a workflow sends the code`);
  const otp = await until('the code', async () => {
    const { items } = await answered(
      anonymous.GET('/ui/mailbox.json', { params: { query: { to: email } } }),
    );
    return items.find((item) => item.otp)?.otp;
  });
  await answered(anonymous.POST('/v1/auth/verify-identifier', { body: { email, otp } }));
  const login = { username: email, password };
  const { access_token: token } = await answered(anonymous.POST('/v1/auth/login', { body: login }));
  const api = createDemoClient(baseUrl, token);
  const { org_memberships: memberships } = await answered(api.GET('/v1/me'));
  const [membership] = memberships;
  if (!membership) throw new StartupFailure(`The new ${name} has no account.`);
  say(`${name} verifies the code and owns an account`);
  return { name, email, account_id: membership.account_id, api };
}

async function addTank(
  { api, account_id, name }: Party,
  tank: string,
  location: { lat: number; lng: number },
  say: (line: string) => void,
): Promise<string> {
  const params = { path: { account_id } };
  const site = await answered(
    api.POST('/v1/accounts/{account_id}/sites', {
      params,
      body: { name: `${tank} site`, site_type: 'DEPOT', location },
    }),
  );
  const { reservoir_id: reservoirId } = await answered(
    api.POST('/v1/accounts/{account_id}/reservoirs', {
      params,
      body: {
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
    }),
  );
  say(`${name} adds a site and the ${tank.toLowerCase()}`);
  return reservoirId;
}

async function openShop(
  { api, account_id }: Party,
  reservoirId: string,
  say: (line: string) => void,
): Promise<void> {
  const params = { path: { account_id, reservoir_id: reservoirId } };
  await answered(
    api.POST('/v1/accounts/{account_id}/seller-profile', {
      params: { path: { account_id } },
      body: { status: 'ACTIVE', display_name: 'Demo Water' },
    }),
  );
  await answered(
    api.PATCH('/v1/accounts/{account_id}/seller/reservoirs/{reservoir_id}', {
      params,
      body: { seller_availability_status: 'AVAILABLE' },
    }),
  );
  await answered(
    api.POST('/v1/accounts/{account_id}/seller/reservoirs/{reservoir_id}/price-rules', {
      params,
      body: {
        currency: 'USD',
        min_volume_liters: 100,
        max_volume_liters: null,
        base_price_per_liter: '0.012500',
        delivery_fee_flat: '15.00',
      },
    }),
  );
  say('seller opens a profile, offers the depot tank and sets a price');
}

async function watchLevel(parts: {
  admin: MillraceClient;
  buyer: Party;
  reservoirId: string;
  mqttUrl: string;
  say: (line: string) => void;
}): Promise<string> {
  const { admin, buyer, reservoirId, mqttUrl, say } = parts;
  const deviceId = randomBytes(6).toString('hex').toUpperCase();
  const serial = `JL-${String(randomInt(36 ** 5, 36 ** 6).toString(36)).toUpperCase()}`;
  const claimCode = randomBytes(6).toString('hex').toUpperCase();
  const params = { path: { device_id: deviceId } };
  const unit = await answered(
    admin.POST('/v1/internal/device-inventory/units/{device_id}', {
      params,
      body: { serial_number: serial, provisioning_status: 'PROVISIONED', claim_code: claimCode },
    }),
  );
  await answered(
    admin.POST('/v1/internal/devices/{device_id}/register', {
      params,
      body: { device_type: 'LEVEL_SENSOR' },
    }),
  );
  await answered(
    buyer.api.POST('/v1/accounts/{account_id}/devices/attach', {
      params: { path: { account_id: buyer.account_id } },
      body: { serial_number: serial, claim_code: claimCode, reservoir_id: reservoirId },
    }),
  );
  say(`device ${deviceId} is registered, and attached to the school tank by what is on its label`);

  const device = await mqtt.connectAsync(mqttUrl, {
    clientId: deviceId,
    username: unit.mqtt_username,
    ...(unit.mqtt_password === null ? {} : { password: unit.mqtt_password }),
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
    const reservoirView = await answered(
      buyer.api.GET('/v1/reservoirs/{reservoir_id}', {
        params: { path: { reservoir_id: reservoirId } },
      }),
    );
    return reservoirView.level_state === 'LOW' ? reservoirView : undefined;
  });
  say(
    `school tank is ${String(level.level_state)} at ${level.latest_reading?.level_pct.toFixed(1) ?? '?'} %`,
  );
  return deviceId;
}

async function fillUp(parts: {
  buyer: Party;
  seller: Party;
  target: string;
  say: (line: string) => void;
}): Promise<string> {
  const { buyer, seller, target, say } = parts;
  const near = { lat: -8.84, lng: 13.23, within_radius_km: 10 };
  const { items } = await answered(
    buyer.api.GET('/v1/marketplace/reservoir-listings', {
      params: { query: { ...near, requested_volume_liters: 2_000, currency: 'USD' } },
    }),
  );
  const listing = items.find((item) => item.seller_principal_id === seller.account_id);
  if (!listing) throw new StartupFailure('The marketplace does not list the seller.');
  say(
    `marketplace lists ${items.length} within 10 km; 2,000 litres for ${String(listing.estimated_total)} USD`,
  );
  const order = await answered(
    buyer.api.POST('/v1/accounts/{account_id}/orders', {
      params: { path: { account_id: buyer.account_id } },
      body: {
        seller_reservoir_id: listing.seller_reservoir_id,
        target_reservoir_id: target,
        requested_fill_mode: 'VOLUME_LITERS',
        requested_volume_liters: 2_000,
        currency: 'USD',
      },
    }),
  );
  say(`buyer orders: ${order.order_code}`);
  const pathFor = ({ account_id }: Party) => ({ path: { account_id, order_id: order.order_id } });
  const accepted = await answered(
    seller.api.POST('/v1/accounts/{account_id}/orders/{order_id}/accept', {
      params: pathFor(seller),
    }),
  );
  say(`seller: accept → ${accepted.status}`);
  for (const party of [seller, buyer]) {
    const { status } = await answered(
      party.api.POST('/v1/accounts/{account_id}/orders/{order_id}/confirm-delivery', {
        params: pathFor(party),
        body: { confirmed_volume_liters: 2_000 },
      }),
    );
    say(`${party.name}: confirm-delivery → ${status}`);
  }
  await answered(
    buyer.api.POST('/v1/accounts/{account_id}/orders/{order_id}/reviews', {
      params: pathFor(buyer),
      body: { rating: 5 },
    }),
  );
  say('buyer reviews the seller: 5 of 5');
  return order.order_id;
}

async function until<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(pollMs)) {
    const value = await find();
    if (value !== undefined) return value;
  }
  throw new StartupFailure(`After ${patienceMs / 1_000} s there is still no sign of ${what}.`);
}
