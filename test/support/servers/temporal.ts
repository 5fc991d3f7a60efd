import { randomBytes } from 'node:crypto';
import { Client } from '@temporalio/client';
import {
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import { testServers } from './test-servers.js';

export interface TestTemporal {
  client: Client;
  connection: NativeConnection;
  address: string;
  namespace: string;
  /** A worker with a domain's real workflows on a separate task queue; answers the queue's name. */
  startWorker(domain: string, activities: object, options?: TestWorkerOptions): Promise<TestWorker>;
  close(): Promise<void>;
}

interface TestWorkerOptions {
  taskQueue?: string;
  /** Production's interceptors of activities; none by default. */
  interceptors?: WorkerOptions['interceptors'];
}

interface TestWorker {
  taskQueue: string;
  stop(): Promise<void>;
}

let isRuntimeInstalled = false;

/** The run's one real Temporal server. */
export async function connectTestTemporal(
  logger = new DefaultLogger('ERROR'),
): Promise<TestTemporal> {
  if (!isRuntimeInstalled) Runtime.install({ logger });
  isRuntimeInstalled = true;
  const { temporal, bundles } = testServers();
  const connection = await NativeConnection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace: temporal.namespace });
  const workers: TestWorker[] = [];
  return {
    client,
    connection,
    ...temporal,
    async startWorker(domain, activities, options = {}) {
      const taskQueue = options.taskQueue ?? `test-${randomBytes(6).toString('hex')}`;
      const codePath = bundles[domain];
      if (!codePath) throw new Error(`the domain ${domain} has no workflows`);
      const worker = await Worker.create({
        connection,
        namespace: temporal.namespace,
        taskQueue,
        activities,
        workflowBundle: { codePath },
        ...(options.interceptors ? { interceptors: options.interceptors } : {}),
      });
      const running = worker.run();
      let isStopped = false;
      const started: TestWorker = {
        taskQueue,
        stop: async () => {
          if (!isStopped) worker.shutdown();
          isStopped = true;
          await running;
        },
      };
      workers.push(started);
      return started;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await connection.close();
    },
  };
}
