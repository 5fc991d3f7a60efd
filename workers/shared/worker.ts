import { Worker, type ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Inputs, InputsOf } from '../../activities/shared/input.js';
import { createUnsignedRunViews } from '../../db/platform/unsigned-run.views.js';
import { crashPoint } from '../../db/shared/crash-point.js';
import { workflowBundle } from '../../temporal-config/bundle.js';
import { createActivityFaults } from './activity-faults.js';
import { activityGuard } from './activity-guard.js';
import type { Part } from './part.js';
import type { Resources } from './resources.js';
import { createActorSignatures } from './actor-signature.js';
import { createStartSignatures } from './start-signature.js';
import { activityInterceptors } from './tracing/activity-interceptors.js';
import { isTracing } from './tracing/settings.js';
import { createTraceSinks } from './tracing/workflow-spans.js';
import { createUnsignedRuns } from './unsigned-runs.js';

export interface WorkerParts<Activities extends object> {
  domain: string;
  taskQueue: string;
  activities: Activities;
  /** What each of them takes; a worker with another list of activities than of inputs does not start. */
  inputs: InputsOf<Activities>;
}

/** A worker of one task queue: takes work until it is stopped, then lets what it has finish. */
export async function startWorker<Activities extends object>(
  resources: Resources,
  parts: WorkerParts<Activities>,
): Promise<Part> {
  const { temporal, config, database, logger, metrics } = resources;
  const inputs = parts.inputs as unknown as Inputs;
  assertDeclared(parts.activities, inputs);
  const views = createUnsignedRunViews(database);
  const guard = activityGuard({
    ...{ inputs, logger, metrics, starts: createStartSignatures(config), actors: createActorSignatures(config) },
    isFromBefore: createUnsignedRuns({ client: temporal.client, views }),
  });
  const worker = await Worker.create({
    connection: temporal.connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: parts.taskQueue,
    activities: parts.activities,
    workflowBundle: { codePath: await workflowBundle(parts.domain) },
    sinks: createTraceSinks(),
    interceptors: {
      activity: [
        answerLast,
        ...(await activityInterceptors({ isTraced: isTracing(config), faults: createActivityFaults(logger) })),
        guard,
      ],
    },
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

function assertDeclared(activities: object, inputs: Inputs): void {
  const names = new Set([...Object.keys(activities), ...Object.keys(inputs)]);
  const odd = [...names].filter((name) => !(name in activities && name in inputs));
  if (odd.length > 0) throw new Error(`activities and declared inputs differ: ${odd.join(', ')}`);
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
