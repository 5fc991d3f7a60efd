import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mqtt from 'mqtt';
import { signalProcess } from '../../processes/identity.js';
import { createClient } from '../support/http/api-client.js';
import {
  attachNewDevice,
  becomeAdmin,
  makeReservoir,
  makeSite,
  signUp,
  type Actor,
  type RegisteredDevice,
} from '../support/people/actors.js';
import { telemetry } from '../support/devices/device.js';
import { eventually } from '../support/timing/eventually.js';
import { parseExposition, valueOf } from '../support/http/exposition.js';
import { makeShop } from '../support/holdings/water.holding.js';
import { noHoldLimits } from '../support/http/holds.js';
import { noRateLimits } from '../support/http/rates.js';
import { canMount, mountSmallDisk, type SmallDisk } from '../support/servers/small-disk.js';
import { startMillrace, type StartedMillrace } from '../support/processes/start.js';

/** A busy machine takes several times as long for a start as an idle machine. */
const patience = 300_000;
const bootstrapSecret = 'a secret of the tests';
/** The disk of everything else, PostgreSQL's data above all, and the disks of their own. */
const mebibytes = { data: 640, logs: 48, temporal: 96, objects: 48 };

interface Answered {
  status: number;
  retryAfter: string | null;
  body: {
    error_code?: string;
    details?: Record<string, unknown>;
    checks?: Record<string, { status: string; reason?: string }>;
  };
}

const onSmallDisks = canMount ? describe : describe.skip;

onSmallDisks('each disk in turn is full (left out where nothing can be mounted)', () => {
  let dir = '';
  let disks: Record<keyof typeof mebibytes, SmallDisk>;
  let millrace: StartedMillrace;
  let url = '';
  let [buyer, seller]: Actor[] = [];
  let shop = '';
  let device: RegisteredDevice;
  let gateway: mqtt.MqttClient;
  let seq = 0;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'millrace-disks-'));
    const data = mountSmallDisk(join(dir, 'data'), mebibytes.data);
    // Marks the folder as ours, since the folder is not empty.
    writeFileSync(join(data.path, 'millrace-data'), '');
    const on = (name: 'logs' | 'temporal' | 'objects') =>
      mountSmallDisk(join(data.path, name), mebibytes[name]);
    disks = { data, logs: on('logs'), temporal: on('temporal'), objects: on('objects') };
    millrace = startMillrace({
      DATA_DIR: data.path,
      SEED_DEMO: 'false',
      BOOTSTRAP_SECRET: bootstrapSecret,
      ...noRateLimits,
      ...noHoldLimits,
    });
    url = (await millrace.ready()).api;
    const api = createClient(url);
    const admin = await becomeAdmin(api, bootstrapSecret);
    [buyer, seller] = await Promise.all([signUp(api, 'buyer'), signUp(api, 'seller')]);
    shop = await makeShop(seller);
    device = await attachNewDevice(admin, buyer, await makeReservoir(buyer, await makeSite(buyer)));
    const mqttUrl = /(mqtt:\S+)/.exec(millrace.output())?.[1] ?? '';
    const { deviceId, password } = device;
    gateway = await mqtt.connectAsync(mqttUrl, {
      clientId: deviceId,
      username: deviceId,
      password,
    });
  }, patience);

  afterAll(async () => {
    gateway?.end(true);
    for (const each of millrace?.processes() ?? []) signalProcess(each, 'SIGKILL');
    await millrace?.ended();
    for (const name of ['logs', 'temporal', 'objects', 'data'] as const) disks?.[name].remove();
    await rm(dir, { recursive: true, force: true });
  }, patience);

  async function call(
    method: string,
    path: string,
    body?: object,
    actor: Actor | undefined = buyer,
  ): Promise<Answered> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${actor?.token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return {
      status: response.status,
      retryAfter: response.headers.get('Retry-After'),
      body: (await response.json()) as Answered['body'],
    };
  }
  const path = (rest: string) => `/v1/accounts/${buyer?.accountId}/${rest}`;
  const addSite = () => call('POST', path('sites'), { name: 'Yard' });
  const order = () =>
    call('POST', path('orders'), {
      seller_reservoir_id: shop,
      requested_fill_mode: 'VOLUME_LITERS',
      requested_volume_liters: 1,
      currency: 'USD',
    });
  const readiness = () => call('GET', '/ready');
  const publish = (more: object = {}) =>
    gateway.publishAsync(`devices/${device.deviceId}/telemetry`, telemetry((seq += 1), 500, more), {
      qos: 1,
    });

  /**
   * Refused for want of the dependency, with Retry-After; tried until refused, since a full disk is
   * not always noticed at once.
   */
  const isRefused = (ask: () => Promise<Answered>, dependency: string) =>
    eventually(async () => {
      const { status, retryAfter, body } = await ask();
      expect([status, body.error_code, body.details?.['dependency']]).toEqual([
        503,
        'SERVICE_UNAVAILABLE',
        dependency,
      ]);
      expect(Number(retryAfter)).toBeGreaterThan(0);
    });
  const isSaid = (owners: string) =>
    eventually(() =>
      expect(millrace.output()).toMatch(
        new RegExp(`! The disk of ${owners} is full: .* MiB left at .*\\n`),
      ),
    );
  const isReadyAgain = () =>
    eventually(async () => {
      const { status, body } = await readiness();
      expect([
        status,
        Object.values(body.checks ?? {}).filter((each) => each.status !== 'UP'),
      ]).toEqual([200, []]);
    });

  it(
    'that of the logs: lines are lost and counted, and nobody waits for one',
    async () => {
      await disks.logs.fill();
      await isSaid('logs');
      await eventually(async () => {
        const { status, body } = await readiness();
        expect([status, body.checks?.['log']]).toMatchObject([
          200,
          { status: 'DOWN', reason: 'DISK_FULL' },
        ]);
      });
      for (let n = 0; n < 20; n += 1) {
        expect((await addSite()).status).toBe(201);
        await publish();
        await sleep(50);
      }
      expect((await order()).status).toBe(201);
      const metrics = parseExposition(await (await fetch(`${url}/metrics`)).text());
      expect(valueOf(metrics, 'millrace_log_lines_dropped_total', {})).toBeGreaterThan(0);
      disks.logs.free();
      await addSite();
      await isReadyAgain();
      await eventually(() => expect(millrace.output()).toContain('There is room again for logs'));
      // No process has ended over the full disk.
      expect(millrace.output()).not.toContain('starting it again');
    },
    patience,
  );

  it(
    'that of PostgreSQL: changes are 503, no message is acknowledged, and all goes on when there is room',
    async () => {
      await disks.data.fill();
      await isSaid('PostgreSQL, the data folder');
      await isRefused(addSite, 'postgres');
      // Larger than the rest of any page, and so impossible to store.
      const closed = new Promise<void>((resolve) => gateway.once('close', () => resolve()));
      let isAcknowledged = false;
      const published = publish({ text: randomBytes(30_000).toString('base64') }).then(
        () => (isAcknowledged = true),
      );
      const refusedSeq = seq;
      await closed;
      expect(isAcknowledged).toBe(false);
      await eventually(async () => {
        const { status, retryAfter, body } = await readiness();
        expect([status, retryAfter, body.checks?.['postgres']]).toMatchObject([
          503,
          '5',
          { status: 'DOWN', reason: 'DISK_FULL' },
        ]);
      });
      expect(isAcknowledged).toBe(false);
      disks.data.free();
      await isReadyAgain();
      await eventually(async () => expect((await addSite()).status).toBe(201));
      // The device has sent the message again, as after every missing PUBACK.
      await published;
      await publish();
      const { body } = await call('GET', path(`devices/${device.deviceId}/telemetry`));
      const { items = [] } = body as { items?: { seq: number }[] };
      expect(items.map((each) => each.seq).filter((each) => each >= refusedSeq)).toEqual([
        seq,
        refusedSeq,
      ]);
    },
    patience,
  );

  it(
    'that of the objects: what needs one is 503 before it is begun, and nothing else is',
    async () => {
      await disks.objects.fill();
      await isSaid('objects');
      await isRefused(() => call('POST', path('audit/exports')), 'objects');
      const { status, body } = await readiness();
      expect([status, body.checks?.['objects']]).toMatchObject([
        200,
        { status: 'DOWN', reason: 'DISK_FULL' },
      ]);
      expect((await addSite()).status).toBe(201);
      disks.objects.free();
      await isReadyAgain();
      const requested = await call('POST', path('audit/exports'));
      expect(requested.status).toBe(202);
      const { export_id: exportId } = requested.body as { export_id?: string };
      await eventually(async () =>
        expect((await call('GET', path(`audit/exports/${exportId}`))).body).toMatchObject({
          status: 'DONE',
        }),
      );
    },
    patience,
  );

  it(
    'that of Temporal: commands are 503, telemetry is taken, and all goes on when there is room',
    async () => {
      await disks.temporal.fill();
      await isSaid('Temporal');
      await isRefused(order, 'temporal');
      const { status, retryAfter, body } = await readiness();
      expect([status, retryAfter, body.checks?.['temporal']]).toMatchObject([
        503,
        '5',
        { status: 'DOWN', reason: 'DISK_FULL' },
      ]);
      await publish();
      expect((await addSite()).status).toBe(201);
      disks.temporal.free();
      await isReadyAgain();
      await eventually(async () => expect((await order()).status).toBe(201));
    },
    patience,
  );
});
