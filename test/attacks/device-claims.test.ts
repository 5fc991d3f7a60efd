import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../db/shared/id.js';
import { platformAccountId } from '../../db/connection/database.js';
import { telemetryDropStore } from '../../db/devices/telemetry-drop.store.js';
import { measuredKinds } from '../support/devices/measured-kinds.js';
import { telemetryStore } from '../../db/devices/telemetry.store.js';
import {
  attachDevice,
  deviceWorkflowId,
  deviceWorkflowType,
} from '../../workflows/devices/device.contract.js';
import { parseTelemetry } from '../../workflows/devices/telemetry.rules.js';
import { transacted } from '../support/servers/transacted.js';
import { createDeviceApi, type DeviceApi } from '../support/api/device-api.js';
import { aDeviceId, aReservoir, telemetry } from '../support/devices/device.js';
import { eventually } from '../support/timing/eventually.js';

let api: DeviceApi;
beforeAll(async () => {
  api = await createDeviceApi();
});
afterAll(() => api.close());

type By =
  { serial_number: string; claim_code?: string } | { device_id: string; claim_code?: string };
interface Owner {
  account: string;
  reservoirId: string;
}

const aSerial = (): string => `JL-${randomBytes(3).toString('hex').toUpperCase()}`;
const devicesOf = (account: string, rest = '') => `/v1/accounts/${account}/devices${rest}`;
const attach = (
  { account, reservoirId }: Owner,
  by: By,
  road: 'attach' | 'attach-by-serial' = 'attach',
) => api.post(devicesOf(account, `/${road}`), account, { ...by, reservoir_id: reservoirId });
const detach = ({ account }: Owner, deviceId: string) =>
  api.post(devicesOf(account, `/${deviceId}/detach`), account).expect(200);

async function anOwner(): Promise<Owner> {
  const account = newId();
  return { account, reservoirId: (await aReservoir(api.test, account)).reservoirId };
}

async function store(deviceId: string, unit: object): Promise<void> {
  const path = `/v1/internal/device-inventory/units/${deviceId}`;
  const response = await api.post(path, 'admin', { provisioning_status: 'PROVISIONED', ...unit });
  expect(response.status).toBeLessThan(300);
}

async function aUnit(unit: object = {}): Promise<{ deviceId: string; serial: string }> {
  const [deviceId, serial] = [aDeviceId(), aSerial()];
  await store(deviceId, { serial_number: serial, ...unit });
  await api.post(`/v1/internal/devices/${deviceId}/register`, 'admin').expect(201);
  return { deviceId, serial };
}

/** Everything an answer tells, but for the request's own id. */
const told = ({ status, body }: { status: number; body: { error_code?: string } }) => ({
  status,
  body: { ...body, request_id: '' },
});
const ofDevice = async (deviceId: string) => {
  const { rows } = await api.test.admin.query<{ account_id: string }>(
    'select a.account_id from devices.device_attachments a where a.device_id = $1 and a.detached_at is null',
    [deviceId],
  );
  return rows[0]?.account_id;
};

describe('a stranger who names units that are not theirs', () => {
  it('is told one thing of every unit by every road, and has none of them', async () => {
    const [victim, claimCode] = [await anOwner(), 'K7M2Q9TX4B'];
    const attached = await aUnit();
    await attach(victim, { serial_number: attached.serial }).expect(200);
    const [free, coded, assigned] = [
      await aUnit(),
      await aUnit({ claim_code: claimCode }),
      await aUnit(),
    ];
    await store(assigned.deviceId, { serial_number: assigned.serial, account_id: victim.account });
    const pending = aDeviceId();
    await store(pending, { serial_number: aSerial(), provisioning_status: 'PENDING' });
    const guesses: [By, ('attach' | 'attach-by-serial')?][] = [
      [{ device_id: aDeviceId() }],
      [{ device_id: attached.deviceId }],
      [{ device_id: free.deviceId }],
      [{ device_id: coded.deviceId }],
      [{ device_id: coded.deviceId, claim_code: claimCode }],
      [{ device_id: assigned.deviceId }],
      [{ device_id: pending }],
      [{ serial_number: aSerial() }],
      [{ serial_number: aSerial(), claim_code: claimCode }],
      [{ serial_number: attached.serial }],
      [{ serial_number: assigned.serial }],
      [{ serial_number: coded.serial }],
      [{ serial_number: coded.serial, claim_code: 'K7M2Q9TX4C' }],
      [{ serial_number: aSerial() }, 'attach-by-serial'],
      [{ serial_number: attached.serial }, 'attach-by-serial'],
      [{ serial_number: assigned.serial }, 'attach-by-serial'],
      [{ serial_number: coded.serial }, 'attach-by-serial'],
    ];
    const answers: unknown[] = [];
    // Each guess by another account, so that earlier guesses do not refuse later ones.
    for (const [by, road] of guesses) answers.push(told(await attach(await anOwner(), by, road)));
    expect(answers[0]).toMatchObject({ status: 404, body: { error_code: 'RESOURCE_NOT_FOUND' } });
    expect(answers).toEqual(guesses.map(() => answers[0]));
    expect(await ofDevice(attached.deviceId)).toBe(victim.account);
    for (const { deviceId } of [free, coded, assigned])
      expect(await ofDevice(deviceId)).toBeUndefined();

    // For permitted accounts, the same units are there.
    const holder = await anOwner();
    await attach(holder, { serial_number: coded.serial, claim_code: ' k7m2q9tx4b ' }).expect(200);
    await attach(
      { ...victim, reservoirId: (await aReservoir(api.test, victim.account)).reservoirId },
      {
        device_id: assigned.deviceId,
      },
    ).expect(200);
  });

  it('is stopped after ten misses, on both roads together, by every process, and at once', async () => {
    const [stranger, free] = [await anOwner(), await aUnit()];
    const guesses = Array.from({ length: 30 }, (_, i) =>
      i % 2 === 0
        ? attach(stranger, { device_id: aDeviceId() })
        : attach(stranger, { serial_number: aSerial() }, 'attach-by-serial'),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 404)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
    const body = { serial_number: free.serial, reservoir_id: stranger.reservoirId };
    for (const road of ['attach', 'attach-by-serial']) {
      const path = devicesOf(stranger.account, `/${road}`);
      const limited = await api.postToNext(path, stranger.account, body).expect(429);
      expect(limited.body).toMatchObject({ error_code: 'RATE_LIMITED' });
      expect(limited.body.details.retry_after_seconds).toBeGreaterThan(500);
    }
    // A neighbour at the same address is not.
    await attach(await anOwner(), { serial_number: free.serial }).expect(200);

    await api.test.admin.query(
      `update devices.claim_misses set ends_at = now() where key like '%' || $1`,
      [stranger.account],
    );
    await attach(stranger, { serial_number: aSerial() }).expect(404);
  });

  it('is stopped after a hundred misses from one address, whoever it says it is', async () => {
    const miss = async () => (await attach(await anOwner(), { serial_number: aSerial() })).status;
    await miss();
    const set = (count: number) =>
      api.test.admin.query("update devices.claim_misses set count = $1 where key like 'place/%'", [
        count,
      ]);
    await set(99);
    expect([await miss(), await miss()]).toEqual([404, 429]);
    await set(0);
    expect(await miss()).toBe(404);
  });

  it('gains no further tries by further accounts of the same person', async () => {
    const person = newId();
    const statuses: number[] = [];
    for (let i = 0; i < 11; i += 1) {
      const owner = await anOwner();
      // The person's own id stands for the caller, under any account.
      const token = `${owner.account}.OWNER.${person}`;
      const body = { serial_number: aSerial(), reservoir_id: owner.reservoirId };
      statuses.push((await api.post(devicesOf(owner.account, '/attach'), token, body)).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(404), 429]);
  });

  it('learns nothing from a full reservoir or plan, and spends no try on it', async () => {
    const [owner, free] = [await anOwner(), await aUnit()];
    const own = await aUnit();
    await attach(owner, { serial_number: own.serial }).expect(200);
    const full = told(await attach(owner, { serial_number: free.serial }));
    expect(full).toMatchObject({ status: 409, body: { error_code: 'RESERVOIR_ALREADY_PAIRED' } });
    for (let i = 0; i < 12; i += 1)
      expect(told(await attach(owner, { device_id: aDeviceId() }))).toEqual(full);
  });

  it('has nothing by starting the workflow of a device, with or without what it once was allowed', async () => {
    const [stranger, unit] = [await anOwner(), await aUnit({ claim_code: 'K7M2Q9TX4B' })];
    const start = () =>
      api.workflows.updateWithStart({
        workflow: deviceWorkflowType,
        workflowId: deviceWorkflowId(unit.deviceId),
        taskQueue: api.taskQueue,
        args: [{ deviceId: unit.deviceId, defaultIntervalMs: 60_000 }],
        update: attachDevice,
        updateArgs: [
          { accountId: stranger.account, reservoirId: stranger.reservoirId, principalId: newId() },
        ],
      });
    await expect(start()).rejects.toThrow('There is no such resource.');
    await attach(stranger, { serial_number: unit.serial, claim_code: 'K7M2Q9TX4B' }).expect(200);
    await detach(stranger, unit.deviceId);
    // A new label, or another account's by the platform's word: the proof before is worth nothing.
    await store(unit.deviceId, { serial_number: unit.serial, claim_code: 'ANOTHER1CODE' });
    await expect(start()).rejects.toThrow('There is no such resource.');
    await attach(stranger, { device_id: unit.deviceId }).expect(404);
    await attach(stranger, { device_id: unit.deviceId, claim_code: 'ANOTHER1CODE' }).expect(200);
    expect(await ofDevice(unit.deviceId)).toBe(stranger.account);
  });

  it('finds no code in the inventory, nor equal ones', async () => {
    const units = [
      await aUnit({ claim_code: 'SAMECODE1' }),
      await aUnit({ claim_code: 'SAMECODE1' }),
    ];
    const { rows } = await api.test.admin.query<{ hash: string; text: string }>(
      `select encode(u.claim_code_hash, 'hex') as hash, u::text as text from devices.device_units u where u.device_id = any ($1)`,
      [units.map(({ deviceId }) => deviceId)],
    );
    expect(new Set(rows.map(({ hash }) => hash)).size).toBe(2);
    for (const { text } of rows) expect(text).not.toContain('SAMECODE1');
  });
});

describe('the next owner of a device', () => {
  const name = 'House of Mrs Example, +254 700 000000';
  const send = async (deviceId: string, ...seqs: number[]) => {
    const messages = seqs.flatMap((seq) => {
      const parsed = parseTelemetry(deviceId, telemetry(seq, 500, { power: { battery_pct: 41 } }));
      return 'message' in parsed ? [parsed.message] : [];
    });
    await api.inbox.accept(messages, []);
    const { rows } = await api.test.admin.query<{ account_id: string; seq: number }>(
      'select m.account_id, m.seq::int as seq from devices.device_telemetry_messages m where m.device_id = $1 order by m.accepted_no',
      [deviceId],
    );
    return rows;
  };

  /** Every request of an account about a device, the reservoir's readings aside. */
  async function everythingOf(
    { account }: Owner,
    deviceId: string,
  ): Promise<Record<string, unknown>> {
    const answers: Record<string, unknown> = {};
    for (const rest of [
      '',
      `/${deviceId}`,
      `/${deviceId}/telemetry`,
      `/${deviceId}/telemetry/latest`,
      `/${deviceId}/telemetry/gaps`,
    ])
      answers[rest.replace(deviceId, ':id')] = (
        await api.get(devicesOf(account, rest), account)
      ).body;
    return answers;
  }
  const derive = (deviceId: string) =>
    transacted(api.ingest, { accountId: platformAccountId }, (scope) =>
      telemetryStore(scope, { measuredKinds }),
    ).derive(deviceId);

  it('reads nothing of what the one before called it, set of it or measured with it', async () => {
    const [first, second, { deviceId, serial }] = [await anOwner(), await anOwner(), await aUnit()];
    await attach(first, { serial_number: serial }).expect(200);
    const path = devicesOf(first.account, `/${deviceId}`);
    await api
      .patch(path, first.account, { name, interval_seconds: 7, status: 'INACTIVE' })
      .expect(200);
    await send(deviceId, 1, 2, 5);
    await derive(deviceId);
    expect((await api.get(path, first.account)).body).toMatchObject({
      name,
      connectivity_state: 'ONLINE',
    });
    await send(deviceId, 6);
    await detach(first, deviceId);
    await send(deviceId, 7);

    await attach(second, { serial_number: serial }).expect(200);
    // The results of the first owner's messages and drops come late.
    await derive(deviceId);
    await transacted(api.ingest, { accountId: platformAccountId }, telemetryDropStore).report(100);
    const before = await everythingOf(second, deviceId);
    const [device] = (before[''] as { items: Record<string, unknown>[] }).items;
    const nothing = {
      name: null,
      interval_seconds: null,
      status: 'ACTIVE',
      connectivity_state: 'NEVER_SEEN',
      last_seen_at: null,
      last_reading_at: null,
      battery_pct: null,
    };
    expect(device).toMatchObject(nothing);
    expect(before['/:id']).toMatchObject(nothing);
    expect(before['/:id/telemetry']).toMatchObject({ items: [] });
    expect(before['/:id/telemetry/latest']).toMatchObject({ error_code: 'RESOURCE_NOT_FOUND' });
    expect(before['/:id/telemetry/gaps']).toMatchObject({ items: [] });
    const { rows: events } = await api.test.admin.query(
      `select e.event_type from platform.events e where e.account_id = $1 and e.event_type <> 'DEVICE_ATTACHED'`,
      [second.account],
    );
    expect(events).toEqual([]);

    // The device repeats messages that the first owner never received, and then sends the second
    // owner's.
    const stored = await send(deviceId, 3, 4, 9, 11);
    expect(
      stored.filter(({ account_id }) => account_id === second.account).map(({ seq }) => seq),
    ).toEqual([9, 11]);
    await derive(deviceId);
    const after = await everythingOf(second, deviceId);
    expect(after['/:id/telemetry/gaps']).toMatchObject({
      items: [{ from_seq: 10, to_seq: 10, missing_count: 1 }],
    });
    expect(after['/:id']).toMatchObject({
      name: null,
      interval_seconds: null,
      connectivity_state: 'ONLINE',
    });
    expect(JSON.stringify(after)).not.toMatch(/\b254\b/);
    // Nor does the first owner hear of the second.
    await api.get(path, first.account).expect(404);
    await api.get(`${path}/telemetry`, first.account).expect(404);
    await attach(first, { device_id: deviceId }).expect(404);
  });

  it('is the same account again after a pause, and finds its name, its settings and its gaps', async () => {
    const [owner, { deviceId, serial }] = [await anOwner(), await aUnit()];
    await attach(owner, { serial_number: serial }).expect(200);
    const path = devicesOf(owner.account, `/${deviceId}`);
    await api.patch(path, owner.account, { name, interval_seconds: 7 }).expect(200);
    await send(deviceId, 1, 4);
    await detach(owner, deviceId);
    const { rows } = await api.test.admin.query(
      'select 1 from devices.devices d where d.name = $1',
      [name],
    );
    expect(rows).toEqual([]);
    await attach(owner, { device_id: deviceId }).expect(200);
    expect((await api.get(path, owner.account)).body).toMatchObject({ name, interval_seconds: 7 });
    expect((await send(deviceId, 2)).at(-1)).toEqual({ account_id: owner.account, seq: 2 });
    const gaps = await api.get(`${path}/telemetry/gaps`, owner.account).expect(200);
    expect(gaps.body.items).toEqual([{ from_seq: 3, to_seq: 3, missing_count: 1 }]);
  });
});

it('is given to one of many accounts that claim it in the same moment, and to nobody half', async () => {
  const { deviceId, serial } = await aUnit({ claim_code: 'K7M2Q9TX4B' });
  const rivals = await Promise.all(Array.from({ length: 8 }, anOwner));
  const answers = await Promise.all(
    rivals.map((rival) => attach(rival, { serial_number: serial, claim_code: 'K7M2Q9TX4B' })),
  );
  const winners = rivals.filter((_, i) => answers[i]?.status === 200).map(({ account }) => account);
  expect(winners).toEqual([await ofDevice(deviceId)]);
  expect(answers.filter(({ status }) => status === 404)).toHaveLength(7);
  await eventually(async () => {
    const { body } = await api.get(devicesOf(winners[0] ?? ''), winners[0] ?? '');
    expect(body.items).toHaveLength(1);
  });
});
