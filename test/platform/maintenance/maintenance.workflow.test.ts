/** Tells of: schedule.store. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import {
  createMaintenanceActivities,
  type Tasks,
} from '../../../activities/platform/maintenance.activities.js';
import { createActivityFaults } from '../../../workers/observability/tracing/activity-faults.js';
import { createLogger } from '../../../workers/observability/logger.js';
import { startSchedules } from '../../../workers/maintenance/schedules.js';
import { makeSchedules, scheduleOf } from '../../support/system/schedules.js';
import { createStartSignatures } from '../../../workers/signing/start-signature.js';
import { activityInterceptors } from '../../../workers/observability/tracing/activity-interceptors.js';
import { scheduleIdOf, type Timing } from '../../../workflows/platform/maintenance.contract.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { eventually } from '../../support/timing/eventually.js';
import { connectTestTemporal, type TestTemporal } from '../../support/servers/temporal.js';
import { noTasks, taskNames, timetable } from './maintenance-fixture.js';

const faults = createActivityFaults(createLogger({ level: 'silent', process: 'test' }));
const signatures = createStartSignatures({
  deriveKey: (purpose) => Buffer.from(purpose).toString('hex'),
});

let test: TestDatabase;
let temporal: TestTemporal;
let client: Client;
const made: string[] = [];
beforeAll(async () => {
  [test, temporal] = await Promise.all([createTestDatabase(), connectTestTemporal()]);
  client = temporal.client;
});
afterAll(async () => {
  for (const queue of made) await makeSchedules(client, queue, {});
  await temporal.close();
  await test.drop();
});

function aQueue(): string {
  const queue = `maintenance-${randomBytes(4).toString('hex')}`;
  made.push(queue);
  return queue;
}
const startWorker = async (taskQueue: string, tasks: Tasks = {}) =>
  temporal.startWorker(
    'platform',
    createMaintenanceActivities({
      tasks: { ...noTasks, ...tasks },
      database: test.database,
      timetable,
    }),
    {
      taskQueue,
      interceptors: { activity: await activityInterceptors({ isTraced: false, faults }) },
    },
  );
function timingOf(task: string): Timing {
  const timing = timetable[task];
  if (!timing) throw new Error(`there is no ${task}`);
  return timing;
}
const handleOf = (queue: string, task: string) =>
  client.schedule.getHandle(scheduleIdOf(queue, task));

async function heartbeatOf(task: string) {
  const { rows } = await test.admin.query(
    'select * from platform.schedule_heartbeats where schedule_id = $1',
    [task],
  );
  return rows[0];
}

async function idsOf(queue: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { scheduleId } of client.schedule.list())
    if (scheduleId.startsWith(`${queue}/`)) ids.push(scheduleId.slice(queue.length + 1));
  return ids.sort();
}

describe('the schedules', () => {
  it('are those of the list, however many workers make them at a time', async () => {
    const queue = aQueue();
    await Promise.all([1, 2, 3].map(() => makeSchedules(client, queue, timetable)));
    await eventually(async () => expect(await idsOf(queue)).toEqual([...taskNames].sort()));
    const { policies, spec } = await scheduleOf(client, queue, 'purge-mailbox').describe();
    expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 7 * 86_400_000 });
    expect(spec).toMatchObject({
      intervals: [{ every: 86_400_000, offset: 13_800_000 }],
      jitter: 300_000,
    });
  });

  it('are made by a later try where Temporal is not ready for the first', async () => {
    const queue = aQueue();
    let tries = 0;
    const withDeadline: Client['withDeadline'] = async (deadline, work) => {
      tries += 1;
      if (tries === 1) throw new Error('not ready');
      return client.withDeadline(deadline, work);
    };
    const unready = Object.assign(Object.create(client) as Client, { withDeadline });
    const schedules = startSchedules(
      {
        client: unready,
        signatures,
        timetable,
        logger: createLogger({ level: 'silent', process: 'test' }),
      },
      queue,
    );
    await eventually(async () => expect(await idsOf(queue)).toEqual([...taskNames].sort()));
    await schedules.stop();
    expect(tries).toBe(2);
  });

  it('are made again where Temporal has lost them, and reconcile runs at once where it is made', async () => {
    const queue = aQueue();
    let runs = 0;
    await startWorker(queue, { reconcile: async () => void (runs += 1) });
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const schedules = startSchedules(
      {
        client,
        signatures,
        timetable,
        logger: createLogger({ level: 'error', process: 'test', destination }),
      },
      queue,
      100,
    );
    await eventually(() => expect(runs).toBe(1));
    // The watched task goes last: a schedule made again meanwhile must not be deleted.
    for (const task of [...taskNames.filter((each) => each !== 'reconcile'), 'reconcile'])
      await handleOf(queue, task).delete();
    await eventually(async () => expect(await idsOf(queue)).toEqual([...taskNames].sort()));
    await eventually(() => expect(runs).toBe(2));
    await schedules.stop();
    expect(lines).toHaveLength(1);
  });

  it('hold up nobody who starts', async () => {
    const withDeadline: Client['withDeadline'] = () => new Promise(() => undefined);
    const mute = Object.assign(Object.create(client) as Client, { withDeadline });
    const logger = createLogger({ level: 'silent', process: 'test' });
    // Answers the part rather than a promise.
    expect(
      startSchedules({ client: mute, signatures, timetable, logger }, aQueue()),
    ).toHaveProperty('stop');
  });

  it('stay paused when an operator paused them, also when they change, and are left alone when they do not', async () => {
    const queue = aQueue();
    await makeSchedules(client, queue, timetable);
    const schedule = scheduleOf(client, queue, 'purge-mailbox');
    await schedule.pause('kept for now');
    await makeSchedules(client, queue, timetable);
    expect((await schedule.describe()).info.lastUpdatedAt).toBeUndefined();

    const sooner = {
      ...timingOf('purge-mailbox'),
      everySeconds: 3_600,
      offsetSeconds: 0,
    };
    await makeSchedules(client, queue, { ...timetable, 'purge-mailbox': sooner });
    const { state, spec } = await schedule.describe();
    expect(spec.intervals).toEqual([{ every: 3_600_000, offset: 0 }]);
    expect(state).toMatchObject({ paused: true, note: 'kept for now' });
  });

  it('are taken away when they are no longer in the list', async () => {
    const queue = aQueue();
    await makeSchedules(client, queue, timetable);
    await eventually(async () => expect(await idsOf(queue)).toHaveLength(taskNames.length));
    const { 'purge-mailbox': _gone, ...rest } = timetable;
    await makeSchedules(client, queue, rest);
    await expect(handleOf(queue, 'purge-mailbox').describe()).rejects.toThrow();
    expect(await scheduleOf(client, queue, 'purge-effects').describe()).toBeDefined();
  });
});

describe('a run', () => {
  it('does its task when the schedule says so, and stamps its heartbeat', async () => {
    const queue = aQueue();
    let runs = 0;
    await startWorker(queue, { 'purge-mailbox': async () => void (runs += 1) });
    await makeSchedules(client, queue, {
      'purge-mailbox': {
        ...timingOf('purge-mailbox'),
        everySeconds: 1,
        offsetSeconds: 0,
        jitterSeconds: 0,
      },
    });
    await eventually(() => expect(runs).toBeGreaterThan(1));
    await makeSchedules(client, queue, {});
    expect(await heartbeatOf('purge-mailbox')).toMatchObject({
      every_seconds: 86_400,
      last_outcome: 'SUCCEEDED',
      last_started_at: expect.anything(),
      last_finished_at: expect.anything(),
    });
  });

  it('that finds something away is tried again; what it says of itself is no more than a code', async () => {
    const queue = aQueue();
    let tries = 0;
    const outcomes: unknown[] = [];
    await startWorker(queue, {
      'purge-effects': async () => {
        outcomes.push((await heartbeatOf('purge-effects'))?.last_outcome);
        if ((tries += 1) === 1)
          throw Object.assign(new Error('amina@example.com'), { code: '26000' });
      },
    });
    const handle = await client.workflow.start('maintenanceWorkflow', {
      taskQueue: queue,
      workflowId: queue,
      args: [{ task: 'purge-effects' }],
    });
    await handle.result();
    expect(outcomes).toEqual([null, 'FAILED']);
    expect(await heartbeatOf('purge-effects')).toMatchObject({ last_outcome: 'SUCCEEDED' });
    const history = JSON.stringify((await handle.fetchHistory()).events);
    expect(history).toContain('26000');
    expect(history).not.toContain('amina');
  });
});
