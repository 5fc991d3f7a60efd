import { randomBytes, randomInt } from 'node:crypto';
import type { ApiClient } from '../http/api-client.js';
import { eventually } from '../timing/eventually.js';
import { aDeviceId } from '../devices/device.js';

/** A person with an account of their own, signed in. */
export interface Actor {
  email: string;
  accountId: string;
  token: string;
  api: ApiClient;
}

export const password = 'a long one for tests';

interface Me {
  org_memberships: { org_principal_id: string }[];
}

/** Registers, verifies by the code in the mailbox and signs in. */
export async function signUp(api: ApiClient, name: string): Promise<Actor> {
  const email = `${name}-${randomBytes(6).toString('hex')}@example.com`;
  await api.post('/v1/auth/register', { email, password });
  const otp = await eventually(async () => {
    const { items } = await api.get<{ items: { otp?: string }[] }>(
      `/ui/mailbox.json?to=${encodeURIComponent(email)}`,
    );
    const code = items.find((item) => item.otp)?.otp;
    if (code === undefined) throw new Error(`no code for ${email}`);
    return code;
  });
  await api.post('/v1/auth/verify-identifier', { email, otp });
  return signIn(api, email);
}

export async function signIn(api: ApiClient, email: string): Promise<Actor> {
  const { access_token: token } = await api.post<{ access_token: string }>('/v1/auth/login', {
    username: email,
    password,
  });
  const signedIn = api.as(token);
  const { org_memberships: memberships } = await signedIn.get<Me>('/v1/me');
  return { email, accountId: memberships[0]?.org_principal_id ?? '', token, api: signedIn };
}

/** The first platform admin of a system without admins. */
export async function becomeAdmin(api: ApiClient, bootstrapSecret: string): Promise<Actor> {
  const email = 'admin@example.com';
  await api.post('/v1/setup/bootstrap-admin', {
    bootstrap_secret: bootstrapSecret,
    email,
    password,
  });
  return signIn(api, email);
}

export async function makeSite({ api, accountId }: Actor): Promise<string> {
  const site = await api.post<{ site_id: string }>(`/v1/accounts/${accountId}/sites`, {
    name: 'Yard',
  });
  return site.site_id;
}

/**
 * A tank of 10,000 litres and 1,000 mm: a distance in millimetres is the missing part of the level,
 * in tenths of a percent.
 */
export async function makeReservoir({ api, accountId }: Actor, siteId: string): Promise<string> {
  const reservoir = await api.post<{ reservoir_id: string }>(
    `/v1/accounts/${accountId}/reservoirs`,
    {
      site_id: siteId,
      name: 'Tank',
      reservoir_type: 'TANK',
      mobility: 'FIXED',
      monitoring_mode: 'DEVICE',
      capacity_liters: 10_000,
      height_mm: 1_000,
      sensor_empty_distance_mm: 1_000,
      sensor_full_distance_mm: 0,
      location: { lat: -1.29, lng: 36.82 },
    },
  );
  return reservoir.reservoir_id;
}

export interface RegisteredDevice {
  deviceId: string;
  serialNumber: string;
  password: string;
}

/** For any holder of the label; for one account alone where given. */
export async function registerDevice(
  admin: Actor,
  accountId: string | null = null,
): Promise<RegisteredDevice> {
  const deviceId = aDeviceId();
  const serialNumber = `JL-${randomInt(36 ** 5, 36 ** 6)
    .toString(36)
    .toUpperCase()}`;
  const unit = await admin.api.post<{ mqtt_password: string }>(
    `/v1/internal/device-inventory/units/${deviceId}`,
    {
      serial_number: serialNumber,
      provisioning_status: 'PROVISIONED',
      account_id: accountId,
    },
  );
  await admin.api.post(`/v1/internal/devices/${deviceId}/register`);
  return { deviceId, serialNumber, password: unit.mqtt_password };
}

/** Registered, and attached to a reservoir of the actor. */
export async function attachNewDevice(
  admin: Actor,
  owner: Actor,
  reservoirId: string,
): Promise<RegisteredDevice> {
  const device = await registerDevice(admin);
  const body = { serial_number: device.serialNumber, reservoir_id: reservoirId };
  await owner.api.post(`/v1/accounts/${owner.accountId}/devices/attach`, body);
  return device;
}

/** Sells the water in the reservoir, for one dollar a litre; answers the price rule. */
export async function openShop({ api, accountId }: Actor, reservoirId: string): Promise<string> {
  const seller = `/v1/accounts/${accountId}/seller`;
  await api.post(`${seller}-profile`, { status: 'ACTIVE', display_name: 'Maji Safi' });
  await api.patch(`${seller}/reservoirs/${reservoirId}`, {
    seller_availability_status: 'AVAILABLE',
  });
  const rule = { currency: 'USD', base_price_per_liter: 1 };
  const { price_rule_id: id } = await api.post<{ price_rule_id: string }>(
    `${seller}/reservoirs/${reservoirId}/price-rules`,
    rule,
  );
  return id;
}

export async function placeOrder(
  { api, accountId }: Actor,
  sellerReservoirId: string,
  liters = 10,
): Promise<string> {
  const { order_id: orderId } = await api.post<{ order_id: string }>(
    `/v1/accounts/${accountId}/orders`,
    {
      seller_reservoir_id: sellerReservoirId,
      requested_fill_mode: 'VOLUME_LITERS',
      requested_volume_liters: liters,
      currency: 'USD',
    },
  );
  return orderId;
}

/** A person's reading of the level; low enough, the reading raises an alert. */
export const recordLevel = ({ api }: Actor, reservoirId: string, levelPct: number) =>
  api.post(`/v1/reservoirs/${reservoirId}/manual-reading`, { level_pct: levelPct });
