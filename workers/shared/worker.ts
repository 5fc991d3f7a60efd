import { Worker, type ActivityInterceptorsFactory } from '@temporalio/worker';
import { crashPoint } from '../../db/shared/crash-point.js';
import { workflowBundle, type Domain } from '../../temporal-config/bundle.js';
import type { Part } from './part.js';
import type { Resources } from './resources.js';
import { activityInterceptors } from './tracing/activity-interceptors.js';
import { isTracing } from './tracing/settings.js';
import { createTraceSinks } from './tracing/workflow-spans.js';

export interface WorkerParts {
  domain: Domain;
  taskQueue: string;
  activities: object;
}

/** A worker of one task queue: takes work until it is stopped, then lets what it has finish. */
export async function startWorker({ temporal, config, logger }: Resources, parts: WorkerParts): Promise<Part> {
  const worker = await Worker.create({
    connection: temporal.connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: parts.taskQueue,
    activities: parts.activities,
    workflowBundle: { codePath: await workflowBundle(parts.domain) },
    sinks: createTraceSinks(),
    interceptors: { activity: [answerLast, ...(await activityInterceptors(isTracing(config)))] },
    // What a killed worker had in its cache is given to another after this; the default, 10 s, is more than callers wait.
    stickyQueueScheduleToStartTimeout: '3s',
    shutdownGraceTime: '20s',
    shutdownForceTime: '30s',
  });
  let isStopping = false;
  const running = worker.run().catch((error: unknown) => {
    if (isStopping) return;
    // A worker that cannot go on is not worth a process that looks alive.
    logger.fatal({ err: error, task_queue: parts.taskQueue }, 'worker failed');
    process.exit(1);
  });
  return {
    stop: async () => {
      isStopping = true;
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
    },
  };
}

/** What an activity did is committed, and the server does not know. */
const answerLast: ActivityInterceptorsFactory = () => ({
  inbound: {
    async execute(input, next) {
      const result = await next(input);
      crashPoint('activity.before-answer');
      return result;
    },
  },
});
