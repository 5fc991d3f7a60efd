import { createDeadLetterDecisionActivities } from '../../activities/platform/dead-letter-decision.activities.js';
import { deadLetterDecisionInputs } from '../../activities/platform/dead-letter-decision.inputs.js';
import { loadConfig } from '../../config.js';
import { createDeadLetterDecisionStore } from '../../db/platform/dead-letter-decision.store.js';
import { armCrashPoint } from '../../db/shared/crash-point.js';
import { startApi } from '../../workers/api.process.js';
import { createLogger } from '../../workers/shared/logger.js';
import { createMetrics } from '../../workers/shared/metrics/registry.js';
import { openResources, type Resources } from '../../workers/shared/resources.js';
import { startWorker } from '../../workers/shared/worker.js';
import { platformTaskQueue } from '../../workflows/platform/maintenance.contract.js';
import { queuesOf } from './queues.js';

/**
 * A part of Millrace as a process of its own, put together as in production over the test system that started it, which dies
 * where CRASH_AT says. PART names it. It says that it is ready; the API says where.
 */
const { PART: name = '', QUEUES: mark = '', SET_SIZE: setSize } = process.env;
const parts: Readonly<Record<string, (of: Resources) => Promise<string>>> = {
  api: async (of) => `http://127.0.0.1:${(await startApi(of)).port}`,
  /** Of decisions alone, so that all its transactions are sets. */
  decisions: async (of) => {
    const decisions = createDeadLetterDecisionStore(of);
    const activities = createDeadLetterDecisionActivities({ decisions, setSize: Number(setSize) });
    await startWorker(of, {
      ...{ domain: 'platform', taskQueue: of.queueOf(platformTaskQueue), activities },
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
console.log(await start(await openResources(config, logger, createMetrics(), undefined, queuesOf(mark))));
