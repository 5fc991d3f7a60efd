import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from './shared/ratio.js';
import type { Figure } from './shared/report.js';
import { startStack, type Stack } from './shared/stack.js';
import { makeDevices, type BenchDevice } from './telemetry/devices.js';
import { publish } from './telemetry/publish.js';

const steady = { devices: 100, ratePerSecond: 100, seconds: 15 };
const burst = { devices: 500, messages: 100_000 };
/**
 * Half full and below the low threshold in turns, every few messages, so every device keeps
 * crossing the threshold.
 */
const crossing = { distancesMm: [500, 800], changeEvery: 5 };
const drainWithinMs = 180_000;

/**
 * From MQTT through inbox, signal and device workflow to the reading, in the processes of
 * `npm start`.
 */
export async function benchPipeline(): Promise<Figure[]> {
  const stack = await startStack({ keepsCommitTimes: true });
  try {
    await stack.startProcess('workers/main.ts', { ROLES: 'api,workers,relay' });
    const port = await stack.startProcess('workers/gateway.process.ts', {}, 'MQTT_PORT');
    const latency = await measureLatency(
      stack,
      port,
      await makeDevices(stack.postgres.admin, steady.devices),
    );
    return [
      ...latency,
      ...(await measureBurst(stack, port, await makeDevices(stack.postgres.admin, burst.devices))),
    ];
  } finally {
    await stack.stop();
  }
}

async function measureLatency(
  stack: Stack,
  port: number,
  devices: readonly BenchDevice[],
): Promise<Figure[]> {
  const messages = steady.ratePerSecond * steady.seconds;
  // Every device comes online and starts a workflow first, so the bench measures ordinary life.
  await publish({
    port,
    devices,
    messages: devices.length * 2,
    ratePerSecond: steady.ratePerSecond,
  });
  await drained(stack, devices);
  await publish({
    port,
    devices,
    messages,
    ratePerSecond: steady.ratePerSecond,
    firstSeq: 3,
    ...crossing,
  });
  await drained(stack, devices);
  await assertEachOnceInOrder(stack, devices, messages + devices.length * 2);

  const readings = await latencies(stack, devices, 'true');
  const crossings = await latencies(
    stack,
    devices,
    `r.reading_id in (select cast(e.payload ->> 'reading_id' as uuid) from platform.events e
       where e.event_type = 'RESERVOIR_LEVEL_STATE_CHANGED')`,
  );
  if (crossings.length < devices.length)
    throw new Error(`only ${crossings.length} crossings were told`);
  const note = (values: readonly number[]): string =>
    `${values.length} at ${steady.ratePerSecond}/s over ${devices.length} devices, publish → commit; p50 ${percentile(values, 0.5).toFixed(0)} ms`;
  return [
    p99('telemetry.reading_p99_ms', readings, 3_000, note(readings)),
    p99('telemetry.crossing_p99_ms', crossings, 1_000, note(crossings)),
  ];
}

function p99(name: string, values: readonly number[], most: number, note: string): Figure {
  const value = percentile(values, 0.99);
  return { name, value, unit: 'ms', limit: `≤ ${most}`, isMet: value <= most, note };
}

/**
 * From the device's sending, by the bench's own clock, to the commit making the reading visible.
 */
async function latencies(
  { postgres }: Stack,
  devices: readonly BenchDevice[],
  which: string,
): Promise<number[]> {
  const { rows } = await postgres.admin.query<{ ms: number }>(
    `select cast(extract(epoch from pg_xact_commit_timestamp(r.xmin) - r.observed_at) * 1000 as float8) as ms
     from water.reservoir_readings r where r.device_id = any($1) and r.device_seq >= 3 and ${which}`,
    [devices.map(({ deviceId }) => deviceId)],
  );
  return rows.map(({ ms }) => ms);
}

async function measureBurst(
  stack: Stack,
  port: number,
  devices: readonly BenchDevice[],
): Promise<Figure[]> {
  const startedAt = performance.now();
  const { acknowledged, seconds } = await publish({ port, devices, messages: burst.messages });
  await drained(stack, devices);
  const drainSeconds = (performance.now() - startedAt) / 1_000;
  await assertEachOnceInOrder(stack, devices, burst.messages);
  const of = `${acknowledged} messages of ${devices.length} devices`;
  return [
    {
      name: 'telemetry.burst_accepted_per_second',
      value: acknowledged / seconds,
      unit: '/s',
      note: of,
    },
    {
      name: 'telemetry.burst_drain_seconds',
      value: drainSeconds,
      unit: 's',
      note: `from the first message until each of ${of} is a reading, once and in order`,
    },
  ];
}

/** Waits until the device workflows have derived all accepted messages. */
async function drained({ postgres }: Stack, devices: readonly BenchDevice[]): Promise<void> {
  const ids = devices.map(({ deviceId }) => deviceId);
  for (const until = Date.now() + drainWithinMs; Date.now() < until; await sleep(100)) {
    const { rows } = await postgres.admin.query<{ behind: string }>(
      'select count(*) as behind from devices.device_inboxes i where i.device_id = any($1) and i.derived_to < i.accepted_to',
      [ids],
    );
    if (Number(rows[0]?.behind) === 0) return;
  }
  throw new Error(`not everything was derived within ${drainWithinMs / 1_000} s`);
}

async function assertEachOnceInOrder(
  { postgres }: Stack,
  devices: readonly BenchDevice[],
  sent: number,
) {
  const { rows } = await postgres.admin.query<{
    kept: string;
    distinct: string;
    disordered: string;
  }>(
    `select count(*) as kept, count(distinct (device_id, device_seq)) as distinct,
       count(*) filter (where is_backfill or device_seq <= before) as disordered
     from (select r.device_id, r.device_seq, r.is_backfill,
         lag(r.device_seq) over (partition by r.device_id order by r.reading_id) as before
       from water.reservoir_readings r where r.device_id = any($1)) ordered`,
    [devices.map(({ deviceId }) => deviceId)],
  );
  const [counted] = rows;
  if (
    Number(counted?.kept) !== sent ||
    Number(counted?.distinct) !== sent ||
    Number(counted?.disordered) !== 0
  )
    throw new Error(
      `${sent} sent, ${counted?.kept} readings, ${counted?.distinct} distinct, ${counted?.disordered} out of order`,
    );
}
