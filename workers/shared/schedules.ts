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
  maintenanceSchedules,
  maintenanceTasks,
  maintenanceWorkflowType,
  scheduleIdOf,
  startOfMaintenance,
  type MaintenanceInput,
  type MaintenanceTask,
  type Timing,
} from '../../workflows/platform/maintenance.contract.js';
import { searchableBy } from '../../workflows/shared/search-attributes.js';
import type { Logger } from './logger.js';
import type { Part } from './part.js';
import type { StartSignatures } from './start-signature.js';

const tryMs = 10_000;
const againAfterMs = 2_000;
const startWaitsMs = 15_000;

type Definition = ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>;

/**
 * Has Temporal's schedules be those of the list: makes what is missing, changes what differs, takes away what is not in it any
 * more. What an operator paused stays paused. Any number of workers may do it at a time, and again at every start.
 */
export async function ensureSchedules(
  client: Client,
  taskQueue: string,
  schedules: Readonly<Partial<Record<MaintenanceTask, Timing>>> = maintenanceSchedules,
  signatures?: StartSignatures,
): Promise<void> {
  const wanted = maintenanceTasks.flatMap((task) => {
    const timing = schedules[task];
    const signature = signatures?.sign(startOfMaintenance(taskQueue, task));
    return timing ? [definitionOf(taskQueue, task, timing, signature)] : [];
  });
  await Promise.all(wanted.map((definition) => ensure(client, definition)));
  const names = new Set(wanted.map(({ scheduleId }) => scheduleId));
  for await (const { scheduleId } of client.schedule.list())
    if (scheduleId.startsWith(`${taskQueue}/`) && !names.has(scheduleId)) await remove(client, scheduleId);
}

/**
 * Ensures the schedules at a start, and again until it has come about: just after a kill, Temporal may answer for half a minute
 * that it cannot describe one. That holds a start up for a while, and fails it never.
 */
export async function startSchedules(
  { client, signatures, logger }: { client: Client; signatures: StartSignatures; logger: Logger },
  taskQueue: string,
): Promise<Part> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
  const ensuring = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        return await client.withDeadline(Date.now() + tryMs, () =>
          ensureSchedules(client, taskQueue, maintenanceSchedules, signatures),
        );
      } catch (error) {
        logger.warn({ err: error }, 'schedules are not as they should be; trying again');
        await pause(againAfterMs);
      }
    }
  };
  const ensured = ensuring();
  await Promise.race([ensured, sleep(startWaitsMs, undefined, { ref: false })]);
  return {
    async stop() {
      stopping.abort();
      await ensured;
    },
  };
}

async function ensure(client: Client, definition: Definition): Promise<void> {
  try {
    await client.schedule.create(definition);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const handle = client.schedule.getHandle(definition.scheduleId);
    const { action, state } = await handle.describe();
    // Left alone when it is the same: a change could undo what an operator does at this moment.
    if (action.memo?.['definition'] === definition.action.memo?.['definition']) return;
    // Made anew, since an update keeps the headers, and with them a signature of another key or none.
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

function definitionOf(taskQueue: string, task: MaintenanceTask, timing: Timing, signature?: string): Definition {
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
  // By which a later start knows its own definition again: the server answers it in a form of its own.
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
