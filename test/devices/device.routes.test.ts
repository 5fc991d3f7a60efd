/** Tells of: device-pairing.routes, device-unit.routes, attachment.store, claimed-unit.store. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../db/shared/id.js';
import { deviceWorkflowId } from '../../workflows/devices/device.contract.js';
import { createDeviceApi, type DeviceApi } from '../support/api/device-api.js';
import { parseTelemetry } from '../../workflows/devices/telemetry.rules.js';
import { aDeviceId, aReservoir, telemetry } from '../support/devices/device.js';

let api: DeviceApi;
beforeAll(async () => {
  api = await createDeviceApi();
});
afterAll(() => api.close());

const aSerial = (): string => `JL-${randomBytes(3).toString('hex').toUpperCase()}`;
const unitPath = (deviceId: string) => `/v1/internal/device-inventory/units/${deviceId}`;
const devicesOf = (account: string, rest = '') => `/v1/accounts/${account}/devices${rest}`;
const eventsOf = async (deviceId: string): Promise<string[]> => {
  const { rows } = await api.test.admin.query<{ event_type: string }>(
    'select e.event_type from platform.events e where e.subject_id = $1 order by e.subject_seq',
    [deviceId],
  );
  return rows.map((row) => row.event_type);
};

/** A unit of the inventory, registered and not attached. */
async function aRegisteredUnit(): Promise<{ deviceId: string; serial: string }> {
  const [deviceId, serial] = [aDeviceId(), aSerial()];
  await api
    .post(unitPath(deviceId), 'admin', {
      serial_number: serial,
      provisioning_status: 'PROVISIONED',
    })
    .expect(201);
  await api
    .post(`/v1/internal/devices/${deviceId}/register`, 'admin', { device_type: 'LEVEL_SENSOR' })
    .expect(201);
  return { deviceId, serial };
}
async function anAccount(): Promise<{ account: string; reservoirId: string }> {
  const account = newId();
  return { account, reservoirId: (await aReservoir(api.test, account)).reservoirId };
}
async function anAttached() {
  const [unit, owner] = [await aRegisteredUnit(), await anAccount()];
  const body = { serial_number: unit.serial, reservoir_id: owner.reservoirId };
  await api.post(devicesOf(owner.account, '/attach'), owner.account, body).expect(200);
  return { ...unit, ...owner };
}

describe('a device whose workflow is gone', () => {
  it('has one again with the next command, which is obeyed', async () => {
    const { account, deviceId, reservoirId } = await anAttached();
    const handle = api.client.workflow.getHandle(deviceWorkflowId(deviceId));
    await handle.terminate();
    await api.post(devicesOf(account, `/${deviceId}/detach`), account).expect(200);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await handle.terminate();
    await api
      .post(devicesOf(account, '/attach'), account, {
        device_id: deviceId,
        reservoir_id: reservoirId,
      })
      .expect(200);
    expect((await handle.describe()).status.name).toBe('RUNNING');
  });
});

describe('the device inventory', () => {
  it('tells the MQTT password once, and again only when a new one is asked for', async () => {
    const deviceId = aDeviceId();
    const unit = {
      serial_number: ` ${aSerial().toLowerCase()} `,
      provisioning_status: 'PROVISIONED',
    };
    const { body: made } = await api.post(unitPath(deviceId), 'admin', unit).expect(201);
    expect(made).toEqual({
      device_id: deviceId,
      mqtt_username: deviceId,
      mqtt_password: expect.any(String),
    });
    expect(made.mqtt_password.length).toBeGreaterThanOrEqual(30);
    const { body: again } = await api.post(unitPath(deviceId), 'admin', unit).expect(200);
    expect(again.mqtt_password).toBeNull();
    const { body: rotated } = await api
      .post(unitPath(deviceId), 'admin', { ...unit, rotate_credentials: true })
      .expect(200);
    expect(rotated.mqtt_password).not.toBe(made.mqtt_password);
    const { rows } = await api.test.admin.query(
      `select u.serial_number, u::text ~ $2 as tells from devices.device_units u where u.device_id = $1`,
      [deviceId, rotated.mqtt_password],
    );
    expect(rows).toEqual([
      { serial_number: unit.serial_number.trim().toUpperCase(), tells: false },
    ]);
  });

  it('refuses a serial number of another unit, a wrong one, and everybody but platform admins', async () => {
    const { serial } = await aRegisteredUnit();
    const unit = { serial_number: serial, provisioning_status: 'PENDING' };
    const taken = await api.post(unitPath(aDeviceId()), 'admin', unit).expect(409);
    expect(taken.body.error_code).toBe('DEVICE_ALREADY_EXISTS');
    await api
      .post(unitPath(aDeviceId()), 'admin', { ...unit, serial_number: 'XX-123456' })
      .expect(422);
    await api.post(unitPath('not-an-id'), 'admin', unit).expect(404);
    await api.post(unitPath(aDeviceId()), newId(), unit).expect(403);
  });

  it('registers a unit once, and nothing that is not in it', async () => {
    const { deviceId } = await aRegisteredUnit();
    await api
      .post(`/v1/internal/devices/${deviceId}/register`, 'admin', { firmware_version: '1.2.0' })
      .expect(200);
    expect(await eventsOf(deviceId)).toEqual(['DEVICE_INVENTORY_UNIT_STORED', 'DEVICE_REGISTERED']);
    await api.post(`/v1/internal/devices/${aDeviceId()}/register`, 'admin').expect(404);
    const pending = aDeviceId();
    const unit = { serial_number: aSerial(), provisioning_status: 'PENDING' };
    await api.post(unitPath(pending), 'admin', unit).expect(201);
    const early = await api.post(`/v1/internal/devices/${pending}/register`, 'admin').expect(409);
    expect(early.body.error_code).toBe('DEVICE_NOT_PROVISIONED');
  });
});

describe('pairing', () => {
  it('attaches a device by its serial number, again by its id, and shows it with reservoir and site', async () => {
    const [{ deviceId, serial }, { account, reservoirId }] = [
      await aRegisteredUnit(),
      await anAccount(),
    ];
    const attach = { serial_number: serial.toLowerCase(), reservoir_id: reservoirId };
    const { body } = await api.post(devicesOf(account, '/attach'), account, attach).expect(200);
    expect(body).toEqual({ status: 'OK', device_id: deviceId });
    await api
      .post(devicesOf(account, '/attach'), account, {
        device_id: deviceId,
        reservoir_id: reservoirId,
      })
      .expect(200);
    const { body: list } = await api.get(devicesOf(account), account).expect(200);
    expect(list.items).toEqual([
      expect.objectContaining({
        device_id: deviceId,
        serial_number: serial,
        connectivity_state: 'NEVER_SEEN',
        last_seen_at: null,
        reservoir: { reservoir_id: reservoirId, name: 'Tank' },
        site: { site_id: expect.any(String), name: 'Site' },
      }),
    ]);
    expect((await eventsOf(deviceId)).slice(2)).toEqual(['DEVICE_ATTACHED']);
  });

  it('says what stands in the way of what belongs to the account', async () => {
    const [taken, free] = [await anAttached(), await aRegisteredUnit()];
    const attach = (by: object, reservoirId: string) =>
      api.post(devicesOf(taken.account, '/attach'), taken.account, {
        ...by,
        reservoir_id: reservoirId,
      });
    const full = await attach({ serial_number: free.serial }, taken.reservoirId).expect(409);
    expect(full.body.error_code).toBe('RESERVOIR_ALREADY_PAIRED');
    const { reservoirId } = await aReservoir(api.test, taken.account);
    const paired = await attach({ device_id: taken.deviceId }, reservoirId).expect(409);
    expect(paired.body).toMatchObject({
      error_code: 'DEVICE_ALREADY_PAIRED',
      details: { device_id: taken.deviceId },
    });
    const pending = aDeviceId();
    const unit = {
      serial_number: aSerial(),
      provisioning_status: 'PENDING',
      account_id: taken.account,
    };
    await api.post(unitPath(pending), 'admin', unit).expect(201);
    const early = await attach({ device_id: pending }, reservoirId).expect(409);
    expect(early.body.error_code).toBe('DEVICE_NOT_PROVISIONED');
    const other = await anAccount();
    await attach({ serial_number: free.serial }, other.reservoirId).expect(404);
    await attach({ serial_number: free.serial }, reservoirId).expect(200);
  });

  it('lets one of two win that attach at once, to the same device and to the same reservoir', async () => {
    const [unit, one, two] = [await aRegisteredUnit(), await anAccount(), await anAccount()];
    const both = await Promise.all(
      [one, two].map(({ account, reservoirId }) =>
        api.post(devicesOf(account, '/attach'), account, {
          serial_number: unit.serial,
          reservoir_id: reservoirId,
        }),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);

    const [a, b, { account, reservoirId }] = [
      await aRegisteredUnit(),
      await aRegisteredUnit(),
      await anAccount(),
    ];
    const rivals = await Promise.all(
      [a, b].map(({ serial }) =>
        api.post(devicesOf(account, '/attach'), account, {
          serial_number: serial,
          reservoir_id: reservoirId,
        }),
      ),
    );
    expect(rivals.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(rivals.find(({ status }) => status === 409)?.body.error_code).toBe(
      'RESERVOIR_ALREADY_PAIRED',
    );
  });

  it('detaches, once or twice, and frees both for others', async () => {
    const { account, deviceId, serial, reservoirId } = await anAttached();
    const stranger = await anAccount();
    await api
      .post(devicesOf(stranger.account, `/${deviceId}/detach`), stranger.account)
      .expect(404);
    for (let i = 0; i < 2; i += 1)
      await api
        .post(devicesOf(account, `/${deviceId}/detach`), account)
        .expect(200, { status: 'OK', device_id: deviceId });
    await api.get(devicesOf(account, `/${deviceId}`), account).expect(404);
    expect((await eventsOf(deviceId)).filter((type) => type === 'DEVICE_DETACHED')).toHaveLength(1);
    const next = { serial_number: serial, reservoir_id: stranger.reservoirId };
    await api.post(devicesOf(stranger.account, '/attach'), stranger.account, next).expect(200);
    const { serial: another } = await aRegisteredUnit();
    const refill = { serial_number: another, reservoir_id: reservoirId };
    await api.post(devicesOf(account, '/attach'), account, refill).expect(200);
  });

  it('attaches by serial number to the one reservoir that waits for a device, when there is one alone', async () => {
    const [{ account, reservoirId }, first, second] = [
      await anAccount(),
      await aRegisteredUnit(),
      await aRegisteredUnit(),
    ];
    const attach = (serial: string) =>
      api.post(devicesOf(account, '/attach-by-serial'), account, { serial_number: serial });
    await attach(first.serial).expect(200, { status: 'OK', device_id: first.deviceId });
    const { body } = await api.get(devicesOf(account, `/${first.deviceId}`), account).expect(200);
    expect(body.reservoir.reservoir_id).toBe(reservoirId);
    expect((await attach(second.serial).expect(422)).body.error_code).toBe('VALIDATION_ERROR');
    await Promise.all([aReservoir(api.test, account), aReservoir(api.test, account)]);
    await attach(second.serial).expect(422);
  });

  it('is ended by deleting the device, once or twice, and starts no workflow for what is not there', async () => {
    const { account, deviceId } = await anAttached();
    const stranger = await anAccount();
    await api.delete(devicesOf(stranger.account, `/${deviceId}`), stranger.account).expect(404);
    const unknown = aDeviceId();
    await api.delete(devicesOf(account, `/${unknown}`), account).expect(404);
    await expect(api.client.workflow.getHandle(`device/${unknown}`).describe()).rejects.toThrow();
    for (let i = 0; i < 2; i += 1)
      await api.delete(devicesOf(account, `/${deviceId}`), account).expect(204);
    await api.get(devicesOf(account, `/${deviceId}`), account).expect(404);
    expect((await eventsOf(deviceId)).filter((type) => type === 'DEVICE_DETACHED')).toHaveLength(1);
  });

  it('is not for those who may only look', async () => {
    const { account, deviceId, reservoirId } = await anAttached();
    const body = { device_id: deviceId, reservoir_id: reservoirId };
    await api.post(devicesOf(account, '/attach'), `${account}.VIEWER`, body).expect(403);
    await api.post(devicesOf(account, `/${deviceId}/detach`), `${account}.OPERATOR`).expect(403);
    await api.get(devicesOf(account, `/${deviceId}`), `${account}.VIEWER`).expect(200);
    await api.get(devicesOf(account), newId()).expect(403);
  });
});

describe('a device', () => {
  it('is changed by its account, and by nobody else', async () => {
    const { account, deviceId } = await anAttached();
    const path = devicesOf(account, `/${deviceId}`);
    const { headers } = await api.get(path, account).expect(200);
    const patch = { name: 'Roof', interval_seconds: 2.5 };
    const { body } = await api.patch(path, account, patch).expect(200);
    expect(body).toMatchObject(patch);
    expect(body.etag).not.toBe(headers['etag']);
    expect((await api.patch(path, account, { name: null }).expect(200)).body).toMatchObject({
      ...patch,
      name: null,
    });
    await api.patch(path, account, { serial_number: 'JL-000000' }).expect(422);
    await api.patch(path, `${account}.OPERATOR`, { name: 'Mine' }).expect(403);
    const stranger = newId();
    await api.patch(devicesOf(stranger, `/${deviceId}`), stranger, { name: 'Mine' }).expect(404);
    await api.get(devicesOf(stranger, `/${deviceId}`), stranger).expect(404);
  });

  it('is listed in pages', async () => {
    const { account } = await anAttached();
    for (let i = 0; i < 2; i += 1) {
      const [{ serial }, { reservoirId }] = [
        await aRegisteredUnit(),
        await aReservoir(api.test, account),
      ];
      await api
        .post(devicesOf(account, '/attach'), account, {
          serial_number: serial,
          reservoir_id: reservoirId,
        })
        .expect(200);
    }
    const first = await api.get(devicesOf(account, '?limit=2'), account).expect(200);
    const rest = await api
      .get(devicesOf(account, `?limit=2&cursor=${first.body.next_cursor}`), account)
      .expect(200);
    expect([first.body.items.length, rest.body.items.length, rest.body.next_cursor]).toEqual([
      2,
      1,
      null,
    ]);
  });

  it('says what is missing of the way of naming a device that was chosen', async () => {
    const { account, reservoirId } = await anAccount();
    const faultsOf = async (body: object) =>
      (
        await api.post(devicesOf(account, '/attach'), account, body).expect(422)
      ).body.details.errors.map(
        ({ path, message }: { path: string; message: string }) => `${path} ${message}`,
      );
    expect(await faultsOf({ serial_number: aSerial() })).toEqual(['/reservoir_id is required']);
    expect(await faultsOf({ device_id: aDeviceId() })).toEqual(['/reservoir_id is required']);
    expect(await faultsOf({ reservoir_id: reservoirId })).toEqual(['/device_id is required']);
    const both = { device_id: aDeviceId(), serial_number: aSerial(), reservoir_id: reservoirId };
    expect(await faultsOf(both)).toEqual(['/serial_number is not a known field']);
  });

  it('counts anew when its owner says so, once, and for nobody else', async () => {
    const { account, deviceId } = await anAttached();
    const path = devicesOf(account, `/${deviceId}/reset-sequence`);
    const send = (...seqs: number[]) =>
      api.inbox.accept(
        seqs.flatMap((seq) => {
          const parsed = parseTelemetry(deviceId, telemetry(seq));
          return 'message' in parsed ? [parsed.message] : [];
        }),
        [],
      );
    await send(40, 41);
    await api.post(path, `${account}.MANAGER`).expect(403);
    await api.post(devicesOf(newId(), `/${deviceId}/reset-sequence`), account).expect(403);
    const other = await anAccount();
    await api
      .post(devicesOf(other.account, `/${deviceId}/reset-sequence`), other.account)
      .expect(404);
    for (let n = 0; n < 2; n += 1) {
      const { body } = await api.post(path, account).expect(200);
      expect(body.sequence).toMatchObject({
        epoch: 1,
        restart_cause: 'COMMAND',
        last_seq: null,
        aside_count: 0,
      });
      expect(body.sequence.restarted_at).toMatch(/Z$/);
    }
    expect(
      (await eventsOf(deviceId)).filter((type) => type === 'DEVICE_SEQUENCE_RESTARTED'),
    ).toHaveLength(1);
    // A used number, of another message; and a message taken already.
    await send(0, 41);
    const { body } = await api
      .get(devicesOf(account, `/${deviceId}/telemetry`), account)
      .expect(200);
    expect(
      body.items.map(({ epoch, seq }: { epoch: number; seq: number }) => [epoch, seq]),
    ).toEqual([
      [1, 0],
      [0, 41],
      [0, 40],
    ]);
  });
});
