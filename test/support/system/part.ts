import { createDeadLetterDecisionActivities } from '../../../activities/platform/dead-letter-decision.activities.js';
import { deadLetterDecisionInputs } from '../../../activities/platform/dead-letter-decision.inputs.js';
import { loadConfig } from '../../../config.js';
import { armCrashPoint } from '../../../db/connection/crash-point.js';
import { startApi } from '../../../workers/api.process.js';
import { createLogger } from '../../../workers/observability/logger.js';
import { createMetrics } from '../../../workers/observability/metrics/registry.js';
import { openResources, type Resources } from '../../../workers/process/resources.js';
import { startWorker } from '../../../workers/process/worker.js';
import { platformTaskQueue } from '../../../workflows/platform/maintenance.contract.js';
import { queuesOf } from './queues.js';

/**
 * A part of Millrace as a separate process, put together as in production over the parent's test
 * system, dying at CRASH_AT. PART names the part. The process prints a line when ready; the API
 * prints the address.
 */
const { PART: name = '', QUEUES: mark = '', SET_SIZE: setSize } = process.env;
const parts: Readonly<Record<string, (of: Resources) => Promise<string>>> = {
  api: async (of) => `http://127.0.0.1:${(await startApi(of)).port}`,
  /** Of decisions alone, so that all transactions are sets. */
  decisions: async (of) => {
    const { database } = of;
    const activities = createDeadLetterDecisionActivities({ database, setSize: Number(setSize) });
    await startWorker(of, {
      domain: 'platform',
      taskQueue: of.queueOf(platformTaskQueue),
      activities,
      inputs: deadLetterDecisionInputs,
    });
    return 'ready';
  },
};

const config = loadConfig(process.env);
if (config.CRASH_AT !== undefined) armCrashPoint(config.CRASH_AT);
const start = parts[name];
if (!start) throw new Error(`there is no part ${name}`);
const logger = createLogger({ level: 'silent', process: name });
console.log(
  await start(await openResources(config, logger, createMetrics(), undefined, queuesOf(mark))),
);
