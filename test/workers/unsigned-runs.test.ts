import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { loadConfig } from '../../config.js';
import { createRolePool } from '../../db/shared/database.js';
import { createTelemetryInbox } from '../../db/water/telemetry.inbox.js';
import { contextKey } from '../../workers/shared/context-key.js';
import { createLogger } from '../../workers/shared/logger.js';
import { createProcessMetrics } from '../../workers/shared/metrics/composition.js';
import type { Part } from '../../workers/shared/part.js';
import { openDatabase } from '../../workers/shared/signed-database.js';
import type { Resources } from '../../workers/shared/resources.js';
import { createTemporalClient } from '../../workers/shared/temporal-client.js';
import { startDeviceWorker } from '../../workers/water/device.worker.js';
import {
  deviceState,
  deviceWorkflowId,
  deviceWorkflowType,
  telemetryAccepted,
} from '../../workflows/water/device.contract.js';
import { signalsPerRun } from '../../workflows/water/device.rules.js';
import { parseTelemetry } from '../../workflows/water/telemetry.rules.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { aDevice, telemetry, type TestDevice } from '../support/device.js';
import { eventually } from '../support/eventually.js';
import { connectTestTemporal, type TestTemporal } from '../support/temporal.js';

const taskQueue = `telemetry-${randomBytes(4).toString('hex')}`;
let test: TestDatabase;
let temporal: TestTemporal;
let resources: Resources;
let worker: Part;
let accept: ReturnType<typeof createTelemetryInbox>['accept'];
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  [test, temporal] = await Promise.all([createTestDatabase(), connectTestTemporal()]);
  const config = loadConfig({
    ...{ NODE_ENV: 'test', SECRET_KEY: randomBytes(48).toString('base64') },
    ...{ DATABASE_URL: test.urls.app, DATABASE_INGEST_URL: test.urls.ingest },
    ...{ TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace },
  });
  await test.admin.query('update platform.context_keys set key = $1', [contextKey(config)]);
  const { connection } = temporal;
  const database = await openDatabase(config, test.urls.app);
  resources = {
    ...{ config, database, metrics: createProcessMetrics() },
    logger: createLogger({ level: 'silent', process: 'test' }),
    temporal: { connection, client: await createTemporalClient(config, connection) },
    queueOf: () => taskQueue,
    close: () => database.close(),
  };
  const pool = createRolePool(test.urls.ingest);
  ({ accept } = createTelemetryInbox(pool));
  closing.push(() => pool.end());
  worker = await startDeviceWorker(resources);
});
afterEach(() => letThroughUntil("'-infinity'"));
afterAll(async () => {
  await worker.stop();
  for (const close of closing) await close();
  await resources.close();
  await temporal.close();
  await test.drop();
});

const letThroughUntil = (moment: string) => test.admin.query(`update platform.unsigned_starts set until = ${moment}`);

/** As a process of the version before: its client signs nothing, and nothing that it sends is signed. */
const clientOfBefore = () => new Client({ connection: temporal.connection, namespace: temporal.namespace }).workflow;
type Run = WorkflowHandle<(input: object) => Promise<never>>;

/** Started, and known to Temporal by a time that lies behind us. */
async function startAsBefore({ deviceId }: TestDevice): Promise<Run> {
  // One that is let through, and should not be, ends as well.
  const options = { workflowId: deviceWorkflowId(deviceId), taskQueue, workflowExecutionTimeout: 60_000 };
  const args: [object] = [{ deviceId, defaultIntervalMs: 900_000 }];
  return clientOfBefore().start<(input: object) => Promise<never>>(deviceWorkflowType, { ...options, args });
}

/** A message that came, and the workflow's word of it, by a gateway of the version before. */
async function report(run: Run, { deviceId }: TestDevice, seq: number): Promise<void> {
  const parsed = parseTelemetry(deviceId, telemetry(seq));
  await accept('message' in parsed ? [parsed.message] : [], []);
  await run.signal(telemetryAccepted, { acceptedTo: seq });
}
async function derivedSeqs({ deviceId }: TestDevice): Promise<number[]> {
  const { rows } = await test.admin.query<{ seq: number }>(
    'select device_seq::int as seq from water.reservoir_readings where device_id = $1 order by device_seq',
    [deviceId],
  );
  return rows.map(({ seq }) => seq);
}
const isDerived = (device: TestDevice, seqs: number[]) =>
  eventually(async () => expect(await derivedSeqs(device)).toEqual(seqs));
/** By its id, whichever run of it is the newest. */
const newest = ({ deviceId }: TestDevice) => temporal.client.workflow.getHandle(deviceWorkflowId(deviceId));

describe('a running workflow that the version before started', () => {
  it('goes on in a worker of this one, and in the next, which knows nothing of it', async () => {
    const device = await aDevice(test);
    const run = await startAsBefore(device);
    // The line is drawn while it runs: what is started from here on is signed.
    await letThroughUntil('clock_timestamp()');
    await report(run, device, 1);
    await isDerived(device, [1]);
    await worker.stop();
    worker = await startDeviceWorker(resources);
    await report(run, device, 2);
    await isDerived(device, [1, 2]);
    await newest(device).terminate();
  });

  it('goes on as another run, which is older than the line by the first of its chain alone', async () => {
    const device = await aDevice(test);
    const run = await startAsBefore(device);
    await letThroughUntil('clock_timestamp()');
    await report(run, device, 1);
    await isDerived(device, [1]);
    const again = Array.from({ length: signalsPerRun - 1 }, () =>
      newest(device).signal(telemetryAccepted, { acceptedTo: 1 }),
    );
    await Promise.all(again);
    const first = (await run.describe()).runId;
    await eventually(async () => expect((await newest(device).describe()).runId).not.toBe(first));
    const { rows } = await test.admin.query<{ until: string }>('select until::text from platform.unsigned_starts');
    expect(Date.parse(rows[0]?.until ?? '')).toBeLessThan((await newest(device).describe()).startTime.getTime());
    await report(newest(device) as Run, device, 2);
    await isDerived(device, [1, 2]);
    expect(await newest(device).query(deviceState)).toMatchObject({ derivedTo: 2 });
    // And in a worker that has to ask of this chain for the first time.
    await worker.stop();
    worker = await startDeviceWorker(resources);
    await report(newest(device) as Run, device, 3);
    await isDerived(device, [1, 2, 3]);
    await newest(device).terminate();
  });

  it('is nobody’s who starts one behind the line under the same id, once the old one has ended', async () => {
    const device = await aDevice(test);
    const run = await startAsBefore(device);
    await letThroughUntil('clock_timestamp()');
    await report(run, device, 1);
    await isDerived(device, [1]);
    await run.terminate();
    const other = await startAsBefore(device);
    await report(other, device, 2);
    await expect(other.result()).rejects.toThrow(WorkflowFailedError);
    expect(await derivedSeqs(device)).toEqual([1]);
  });

  it('takes the signature of the first message that carries one, and needs the line no more', async () => {
    const device = await aDevice(test);
    const run = await startAsBefore(device);
    const { deviceId } = device;
    const options = {
      workflowId: deviceWorkflowId(deviceId),
      taskQueue,
      args: [{ deviceId, defaultIntervalMs: 900_000 }],
    };
    const parsed = parseTelemetry(deviceId, telemetry(1));
    await accept('message' in parsed ? [parsed.message] : [], []);
    await resources.temporal.client.workflow.signalWithStart(deviceWorkflowType, {
      ...{ ...options, signal: telemetryAccepted, signalArgs: [{ acceptedTo: 1 }] },
    });
    await isDerived(device, [1]);
    await report(run, device, 2);
    await isDerived(device, [1, 2]);
    await newest(device).terminate();
  });
});
