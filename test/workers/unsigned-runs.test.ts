import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Client,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type WorkflowHandle,
} from '@temporalio/client';
import { loadConfig } from '../../config.js';
import { createRolePool, roleScope } from '../../db/connection/database.js';
import { telemetryInbox, type TelemetryInbox } from '../../db/devices/telemetry.inbox.js';
import { contextKey } from '../../workers/process/context-key.js';
import { createLogger } from '../../workers/observability/logger.js';
import { createProcessMetrics } from '../../workers/process/process-metrics.js';
import type { Part } from '../../processes/part.js';
import { openDatabase } from '../../workers/process/signed-database.js';
import type { Resources } from '../../workers/process/resources.js';
import { createTemporalClient } from '../../workers/process/temporal-client.js';
import { domains } from '../../workers/domains.js';
import { createUnsignedRuns } from '../../workers/signing/unsigned-runs.js';
import { startDeviceWorker } from '../../workers/devices/device.worker.js';
import {
  deviceState,
  deviceWorkflowId,
  deviceWorkflowType,
  telemetryAccepted,
} from '../../workflows/devices/device.contract.js';
import { signalsPerRun } from '../../workflows/devices/device.rules.js';
import { parseTelemetry } from '../../workflows/devices/telemetry.rules.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aDevice, telemetry, type TestDevice } from '../support/devices/device.js';
import { eventually } from '../support/timing/eventually.js';
import { connectTestTemporal, type TestTemporal } from '../support/servers/temporal.js';

const taskQueue = `telemetry-${randomBytes(4).toString('hex')}`;
let test: TestDatabase;
let temporal: TestTemporal;
let resources: Resources;
let worker: Part;
let accept: TelemetryInbox['accept'];
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  [test, temporal] = await Promise.all([createTestDatabase(), connectTestTemporal()]);
  const config = loadConfig({
    NODE_ENV: 'test',
    SECRET_KEY: randomBytes(48).toString('base64'),
    DATABASE_URL: test.urls.app,
    DATABASE_INGEST_URL: test.urls.ingest,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
  });
  await test.admin.query('update platform.context_keys set key = $1', [contextKey(config)]);
  const { connection } = temporal;
  const database = await openDatabase(config, test.urls.app);
  resources = {
    config,
    database,
    metrics: createProcessMetrics(),
    logger: createLogger({ level: 'silent', process: 'test' }),
    temporal: { connection, client: await createTemporalClient(config, connection) },
    queueOf: () => taskQueue,
    close: () => database.close(),
  };
  const pool = createRolePool(test.urls.ingest);
  ({ accept } = telemetryInbox(roleScope(pool)));
  closing.push(() => pool.end());
  worker = await startDeviceWorker(resources, domains);
});
afterEach(() => letThroughUntil("'-infinity'"));
afterAll(async () => {
  await worker.stop();
  for (const close of closing) await close();
  await resources.close();
  await temporal.close();
  await test.drop();
});

const letThroughUntil = (moment: string) =>
  test.admin.query(`update platform.unsigned_starts set until = ${moment}`);

/** As a process of the version before: the client signs nothing, and nothing sent is signed. */
const clientOfBefore = () =>
  new Client({ connection: temporal.connection, namespace: temporal.namespace }).workflow;
type Run = WorkflowHandle<(input: object) => Promise<never>>;

/** Started, and known to Temporal by a time in the past. */
async function startAsBefore({ deviceId }: TestDevice): Promise<Run> {
  // A run wrongly let through ends as well.
  const options = {
    workflowId: deviceWorkflowId(deviceId),
    taskQueue,
    workflowExecutionTimeout: 60_000,
  };
  const args: [object] = [{ deviceId, defaultIntervalMs: 900_000 }];
  return clientOfBefore().start<(input: object) => Promise<never>>(deviceWorkflowType, {
    ...options,
    args,
  });
}

/** A received message, and the signal to the workflow, by a gateway of the version before. */
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
/** By the id, at the newest run. */
const newest = ({ deviceId }: TestDevice) =>
  temporal.client.workflow.getHandle(deviceWorkflowId(deviceId));

describe('a running workflow that the version before started', () => {
  it('goes on in a worker of this one, and in the next, which knows nothing of it', async () => {
    const device = await aDevice(test);
    const run = await startAsBefore(device);
    // The line is drawn at run time: workflows started from here on are signed.
    await letThroughUntil('clock_timestamp()');
    await report(run, device, 1);
    await isDerived(device, [1]);
    await worker.stop();
    worker = await startDeviceWorker(resources, domains);
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
    const { rows } = await test.admin.query<{ until: string }>(
      'select until::text from platform.unsigned_starts',
    );
    expect(Date.parse(rows[0]?.until ?? '')).toBeLessThan(
      (await newest(device).describe()).startTime.getTime(),
    );
    await report(newest(device) as Run, device, 2);
    await isDerived(device, [1, 2]);
    expect(await newest(device).query(deviceState)).toMatchObject({ derivedTo: 2 });
    // And in a worker that has to ask about this chain for the first time.
    await worker.stop();
    worker = await startDeviceWorker(resources, domains);
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
      ...options,
      signal: telemetryAccepted,
      signalArgs: [{ acceptedTo: 1 }],
    });
    await isDerived(device, [1]);
    await report(run, device, 2);
    await isDerived(device, [1, 2]);
    await newest(device).terminate();
  });
});

describe('a process that is asked about a run', () => {
  const [line, before, after] = [2_000, 1_000, 3_000].map((ms) => new Date(ms));
  const run = { workflowId: 'order/1', runId: 'first' };

  /** Temporal with runs by `workflow/run`, each with a start; and the requests so far. */
  function asking(runs: Readonly<Record<string, Date | Error | undefined>>) {
    const asked: string[] = [];
    const describeRun = async (workflowId: string, runId = 'newest') => {
      asked.push(runId);
      const start = runs[runId];
      if (start === undefined) throw new WorkflowNotFoundError('no such run', workflowId, runId);
      if (start instanceof Error) throw start;
      return { startTime: start, raw: { workflowExecutionInfo: { firstRunId: 'first' } } };
    };
    const getHandle = (workflowId: string, runId?: string) => ({
      describe: () => describeRun(workflowId, runId),
    });
    const client = { workflow: { getHandle } } as unknown as Client;
    const isFromBefore = async (startedAt: Date) => startedAt < (line ?? startedAt);
    return { asked, isOld: createUnsignedRuns({ client, views: { isFromBefore } }) };
  }

  it('asks Temporal about that very run, and once for as long as the run is let through', async () => {
    const { asked, isOld } = asking({ first: before, newest: after });
    expect([await isOld(run), await isOld(run)]).toEqual([true, true]);
    expect(asked).toEqual(['first']);
    const later = asking({ first: after, newest: before });
    expect([await later.isOld(run), await later.isOld(run)]).toEqual([false, false]);
  });

  it('lets none through that Temporal does not know any more, and asks again after an outage', async () => {
    expect(await asking({ newest: before }).isOld(run)).toBe(false);
    expect(await asking({ second: before }).isOld({ ...run, runId: 'second' })).toBe(false);
    const runs: Record<string, Date | Error | undefined> = { first: new Error('away') };
    const { isOld } = asking(runs);
    await expect(isOld(run)).rejects.toThrow('away');
    runs['first'] = before;
    expect(await isOld(run)).toBe(true);
  });
});
