import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import { findFreePort } from '../processes/port.js';
import { percentile } from './shared/ratio.js';
import type { Figure } from './shared/report.js';
import { startStack } from './shared/stack.js';
import { makeDevices, type BenchDevice } from './telemetry/devices.js';

const mib = 1024 * 1024;
const load = { silent: 10_000, floods: 8, floodBytes: 140 * mib };
const attackMs = 20_000;
const messagePauseMs = 50;

/**
 * The cost of strangers for the gateway and for signed-in devices, while strangers hold connections
 * and announce endless packets.
 */
export async function benchStrangers(): Promise<Figure[]> {
  const stack = await startStack();
  try {
    const [device] = await makeDevices(stack.postgres.admin, 1);
    if (!device) throw new Error('no device was made');
    const [metricsPort, token] = [await findFreePort(), randomBytes(16).toString('hex')];
    const port = await stack.startProcess(
      'workers/gateway.process.ts',
      { METRICS_PORT: String(metricsPort), METRICS_TOKEN: token },
      'MQTT_PORT',
    );
    const memory = () => residentBytes(metricsPort, token);
    const neighbour = await startNeighbour(port, device);
    // Warms up: compiled code, as after some time of service.
    await sleep(5_000);
    const before = await memory();
    const calm = neighbour.take();
    const strangers = await startStrangers(port);
    const resident: number[] = [];
    const until = performance.now() + attackMs;
    while (performance.now() < until) {
      await sleep(500);
      resident.push(await memory());
    }
    const attacked = neighbour.take();
    const { opened, sentBytes } = await strangers.stop();
    await neighbour.stop();
    const grown = (Math.max(...resident) - before) / mib;
    const p95 = percentile(attacked, 0.95);
    const note = `${opened} connections opened, ${Math.round(sentBytes / mib)} MiB sent before they were closed`;
    return [
      {
        name: 'strangers.gateway_growth_mib',
        value: grown,
        unit: 'MiB',
        limit: '≤ 64',
        isMet: grown <= 64,
        note: `${Math.round(before / mib)} MiB before; ${note}`,
      },
      {
        name: 'strangers.neighbour_puback_p95_ms',
        value: p95,
        unit: 'ms',
        limit: '≤ 200',
        isMet: p95 <= 200,
        note: `of ${attacked.length}; ${percentile(calm, 0.95).toFixed(1)} ms without strangers`,
      },
    ];
  } finally {
    await stack.stop();
  }
}

async function residentBytes(port: number, token: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const match = /^millrace_process_resident_bytes (\S+)/m.exec(await answer.text())?.[1];
  if (match === undefined) throw new Error(`the gateway's memory is not told: ${answer.status}`);
  return Number(match);
}

/** A device publishing messages one after another, with the latency of each PUBACK. */
async function startNeighbour(port: number, { deviceId, password }: BenchDevice) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: deviceId,
    username: deviceId,
    password,
    reconnectPeriod: 0,
  });
  let isStopping = false;
  let times: number[] = [];
  const running = (async () => {
    for (let seq = 1; !isStopping; seq += 1) {
      const startedAt = performance.now();
      await client.publishAsync(`devices/${deviceId}/telemetry`, JSON.stringify({ seq }), {
        qos: 1,
      });
      times.push(performance.now() - startedAt);
      await sleep(messagePauseMs);
    }
  })();
  return {
    take: () => times.splice(0),
    stop: async () => {
      isStopping = true;
      await running;
      await client.endAsync(true);
      times = [];
    },
  };
}

async function startStrangers(port: number) {
  const child = fork(
    fileURLToPath(new URL('strangers/strangers.mjs', import.meta.url)),
    [JSON.stringify({ port, ...load })],
    { execArgv: [] },
  );
  const nextReport = async () =>
    (await once(child, 'message', { signal: AbortSignal.timeout(120_000) }))[0] as unknown;
  await nextReport();
  return {
    async stop(): Promise<{ opened: number; sentBytes: number }> {
      const report = nextReport();
      child.send('stop');
      const answer = (await report) as { opened: number; sentBytes: number };
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
      return answer;
    },
  };
}
