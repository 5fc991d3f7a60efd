import { Worker, type ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Inputs, InputsOf } from '../../activities/shared/input.js';
import { platformAccountId } from '../../db/connection/database.js';
import { unsignedRunViews } from '../../db/platform/unsigned-run.views.js';
import { crashPoint } from '../../db/connection/crash-point.js';
import { workflowBundle } from '../../temporal-config/bundle.js';
import { createActivityFaults } from '../observability/tracing/activity-faults.js';
import { activityGuard } from '../signing/activity-guard.js';
import type { Part } from '../../processes/part.js';
import type { Resources } from './resources.js';
import { createActorSignatures } from '../signing/actor-signature.js';
import { createStartSignatures } from '../signing/start-signature.js';
import { activityInterceptors } from '../observability/tracing/activity-interceptors.js';
import { isTracing } from '../observability/tracing/settings.js';
import { createTraceSinks } from '../observability/tracing/workflow-spans.js';
import { createUnsignedRuns } from '../signing/unsigned-runs.js';

interface WorkerParts<Activities extends object> {
  domain: string;
  taskQueue: string;
  activities: Activities;
  /**
   * The input of each activity; a worker with different lists of activities and inputs does not
   * start.
   */
  inputs: InputsOf<Activities>;
}

/** A worker of one task queue: takes tasks until the stop, then finishes the tasks at hand. */
export async function startWorker<Activities extends object>(
  resources: Resources,
  parts: WorkerParts<Activities>,
): Promise<Part> {
  const { temporal, config, database, logger, metrics } = resources;
  const inputs = parts.inputs as unknown as Inputs;
  assertDeclared(parts.activities, inputs);
  const views = unsignedRunViews(database.reads({ accountId: platformAccountId }));
  const guard = activityGuard({
    inputs,
    logger,
    metrics,
    starts: createStartSignatures(config),
    actors: createActorSignatures(config),
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
        ...(await activityInterceptors({
          isTraced: isTracing(config),
          faults: createActivityFaults(logger),
        })),
        guard,
      ],
    },
    // What a killed worker had in its cache is given to another after this; the default, 10 s, is
    // more than callers wait.
    stickyQueueScheduleToStartTimeout: '3s',
    shutdownGraceTime: '20s',
    shutdownForceTime: '30s',
  });
  let isStopping = false;
  const running = worker.run().catch((error: unknown) => {
    if (isStopping) return;
    // A failed worker ends its process: a process without a working worker would look alive.
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

/** The activity's work is committed, and the server does not know. */
const answerLast: ActivityInterceptorsFactory = () => ({
  inbound: {
    async execute(input, next) {
      const result = await next(input);
      crashPoint('activity.before-answer');
      return result;
    },
  },
});
