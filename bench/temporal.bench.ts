import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTemporal } from '../temporal-config/dev-server.js';
import { latencies, throughput } from './shared/load.js';
import { compare, median } from './shared/ratio.js';
import { ratioFigure, type Figure } from './shared/report.js';

const taskQueue = 'bench';

/**
 * Empty workflows on the server of `npm start`, against the stock development server; both store a
 * file.
 */
export async function benchTemporal(): Promise<Figure[]> {
  const [ours, stock] = [await serve(false), await serve(true)];
  try {
    const speed = await compare(
      async () => 1_000 / (await p50(ours)),
      async () => 1_000 / (await p50(stock)),
    );
    const rate = await compare(
      () => throughput(300, 100, ours.runEmpty),
      () => throughput(100, 100, stock.runEmpty),
    );
    return [
      ratioFigure('temporal.empty_p50_ratio', speed, { floor: 3, target: 4 }),
      {
        name: 'temporal.empty_p50_ms',
        value: 1_000 / speed.ours,
        unit: 'ms',
        note: `stock ${(1_000 / speed.divisor).toFixed(1)} ms; ours with eager start, as in npm start`,
      },
      ratioFigure('temporal.workflows_ratio', rate, { floor: 3, target: 4 }),
    ];
  } finally {
    await Promise.all([ours.stop(), stock.stop()]);
  }
}

type Served = Awaited<ReturnType<typeof serve>>;

const p50 = async ({ runEmpty }: Served): Promise<number> =>
  median((await latencies(100, runEmpty)).sort((a, b) => a - b));

async function serve(stock: boolean) {
  const dir = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const server = await startTemporal({ dataDir: dir, stock });
  const connection = await NativeConnection.connect({ address: server.address });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('workflows', import.meta.url)),
    ...(stock ? {} : { maxConcurrentWorkflowTaskPolls: 10 }),
  });
  const running = worker.run();
  // As in npm start: client and worker share a process and a connection, so the start's answer
  // brings the first task.
  const client = new Client({ connection });
  let count = 0;
  return {
    runEmpty: () =>
      client.workflow.execute('emptyWorkflow', {
        taskQueue,
        workflowId: `empty-${(count += 1)}`,
        requestEagerStart: !stock,
      }),
    async stop() {
      worker.shutdown();
      await running;
      await connection.close();
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
