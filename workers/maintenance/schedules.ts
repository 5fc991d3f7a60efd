import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
} from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import {
  maintenanceWorkflowType,
  scheduleIdOf,
  startOfMaintenance,
  type MaintenanceInput,
  type Timetable,
  type Timing,
} from '../../workflows/platform/maintenance.contract.js';
import { searchableBy } from '../../workflows/shared/search-attributes.js';
import type { Logger } from '../observability/logger.js';
import type { Part } from '../../processes/part.js';
import type { StartSignatures } from '../signing/start-signature.js';

const tryMs = 10_000;
const againAfterMs = 2_000;
const lookEveryMs = 10_000;
/**
 * After a loss `reconcile` runs a second time, when rows too young for the first run
 * (reconciler.ts) are old enough.
 */
const secondRunMs = 20_000;
/** The schedule missed first; its presence says whether Temporal still knows the schedules. */
const watchedTask = 'reconcile';

interface ScheduleParts {
  client: Client;
  signatures: StartSignatures;
  timetable: Timetable;
  logger: Logger;
}

type Definition = ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>;

/**
 * Makes Temporal's schedules match the list: creates missing schedules, updates different ones,
 * removes schedules gone from the list. A schedule paused by an operator stays paused. Any number
 * of workers may do so at a time, and again at every start. A new `reconcile` runs at once: without
 * a `reconcile`, Temporal may have lost everything else, too.
 */
export async function ensureSchedules(
  client: Client,
  taskQueue: string,
  timetable: Timetable,
  signatures?: StartSignatures,
): Promise<void> {
  const wanted = Object.entries(timetable).map(([task, timing]) =>
    definitionOf(taskQueue, task, timing, signatures?.sign(startOfMaintenance(taskQueue, task))),
  );
  await Promise.all(wanted.map((definition) => ensure(client, definition)));
  const names = new Set(wanted.map(({ scheduleId }) => scheduleId));
  for await (const { scheduleId } of client.schedule.list())
    if (scheduleId.startsWith(`${taskQueue}/`) && !names.has(scheduleId))
      await remove(client, scheduleId);
}

/**
 * Ensures the schedules beside the start, since no request needs a schedule, and again until
 * success: just after a kill, Temporal may fail for half a minute to describe a schedule. Then
 * looks every ten seconds whether the schedules are still there, and makes the schedules anew where
 * Temporal has lost its files.
 */
export function startSchedules(
  { client, signatures, timetable, logger }: ScheduleParts,
  taskQueue: string,
  everyMs = lookEveryMs,
): Part {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
  const inTime = <T>(work: () => Promise<T>) => client.withDeadline(Date.now() + tryMs, work);

  async function ensureAll(): Promise<void> {
    while (!signal.aborted) {
      try {
        return await inTime(() => ensureSchedules(client, taskQueue, timetable, signatures));
      } catch (error) {
        logger.warn({ err: error }, 'schedules are not as they should be; trying again');
        await pause(againAfterMs);
      }
    }
  }

  const watched = client.schedule.getHandle(scheduleIdOf(taskQueue, watchedTask));
  const runWatched = () => watched.trigger(ScheduleOverlapPolicy.SKIP);

  async function areLost(): Promise<boolean> {
    try {
      await inTime(() => watched.describe());
      return false;
    } catch (error) {
      // Other faults of Temporal are reported by the parts in need of Temporal.
      return error instanceof ScheduleNotFoundError;
    }
  }

  async function run(): Promise<void> {
    await ensureAll();
    for (await pause(everyMs); !signal.aborted; await pause(everyMs)) {
      if (!(await areLost())) continue;
      logger.error(
        { task: watchedTask },
        'Temporal has lost the schedules; they and what is under way are made anew',
      );
      await ensureAll();
      await pause(secondRunMs);
      await inTime(runWatched).catch((error: unknown) =>
        logger.warn(
          { err: error, task: watchedTask },
          'a task could not be run a second time; it runs by its schedule',
        ),
      );
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function ensure(client: Client, definition: Definition): Promise<void> {
  try {
    const isWatched = definition.scheduleId.endsWith(`/${watchedTask}`);
    await client.schedule.create({ ...definition, state: { triggerImmediately: isWatched } });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const handle = client.schedule.getHandle(definition.scheduleId);
    const { action, state } = await handle.describe();
    // An unchanged schedule is left alone: a change could undo an operator's action of the same
    // moment.
    if (action.memo?.['definition'] === definition.action.memo?.['definition']) return;
    // Made anew, since an update keeps the headers, with the signature of another key or none.
    await remove(client, definition.scheduleId);
    await client.schedule.create({
      ...definition,
      state: { paused: state.paused, ...(state.note && { note: state.note }) },
    });
  }
}

async function remove(client: Client, scheduleId: string): Promise<void> {
  try {
    await client.schedule.getHandle(scheduleId).delete();
  } catch (error) {
    // Another worker was first, or the list was behind.
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

function definitionOf(
  taskQueue: string,
  task: string,
  timing: Timing,
  signature?: string,
): Definition {
  const input: MaintenanceInput = { task };
  const content = {
    spec: {
      intervals: [{ every: timing.everySeconds * 1_000, offset: timing.offsetSeconds * 1_000 }],
      jitter: timing.jitterSeconds * 1_000,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: timing.catchUpSeconds * 1_000 },
    action: {
      type: 'startWorkflow' as const,
      workflowType: maintenanceWorkflowType,
      // Temporal appends the time of each run.
      workflowId: scheduleIdOf(taskQueue, task),
      taskQueue,
      typedSearchAttributes: searchableBy('platform'),
      staticSummary: task,
    },
  };
  // The memo by which a later start knows an unchanged definition: the server answers definitions
  // in a form of its own.
  const definition = createHash('sha256')
    .update(JSON.stringify([content, signature]))
    .digest('hex')
    .slice(0, 16);
  return {
    ...content,
    scheduleId: scheduleIdOf(taskQueue, task),
    action: { ...content.action, args: [input], memo: { definition } },
  };
}
