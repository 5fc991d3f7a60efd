/** Tells of: schedule.records. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeSchedules, scheduleOf } from '../../support/system/schedules.js';
import { platformTaskQueue } from '../../../workflows/platform/maintenance.contract.js';
import { createMaintenanceActivities } from '../../../activities/platform/maintenance.activities.js';
import type { Actor } from '../../support/people/actors.js';
import { eventually } from '../../support/timing/eventually.js';
import { codeOf, createRawClient, type RawClient } from '../../support/http/http.js';
import { startTestSystem, type TestSystem } from '../../support/system/system.js';
import { noTasks, taskNames, timetable } from './maintenance-fixture.js';

let system: TestSystem;
let admin: Actor;
let call: RawClient;
beforeAll(async () => {
  system = await startTestSystem();
  admin = await system.platformAdmin();
  call = createRawClient(system.url);
});
afterAll(async () => {
  await makeSchedules(system.temporal.client, system.queueOf(platformTaskQueue), {});
  await system.stop();
});

interface Item {
  schedule_id: string;
  [field: string]: unknown;
}
const list = async (): Promise<Item[]> => {
  const { body } = await call('get', '/v1/internal/schedules', { token: admin.token });
  return Object(body).items;
};
const run = (id: string, token = admin.token) =>
  call('post', `/v1/internal/schedules/${id}/run`, { token });
const find = async (id: string) => (await list()).find((item) => item.schedule_id === id);

describe('the schedules', () => {
  it('are listed before they ever ran, also where Temporal does not know them', async () => {
    const items = await list();
    expect(items.map((item) => item.schedule_id)).toEqual(taskNames);
    expect(items[0]).toMatchObject({
      last_outcome: null,
      is_silent: false,
      is_paused: null,
      next_run_at: null,
    });
  });

  it('are the platform admins’ alone', async () => {
    const somebody = await system.signUp('somebody');
    expect(codeOf(await call('get', '/v1/internal/schedules', { token: somebody.token }))).toBe(
      '403 FORBIDDEN',
    );
    expect(codeOf(await run('purge-mailbox', somebody.token))).toBe('403 FORBIDDEN');
    expect(codeOf(await run('no-such-schedule'))).toBe('404 RESOURCE_NOT_FOUND');
  });

  it('run now when they are asked to, also when they are paused, and say how that went', async () => {
    const { client } = system.temporal;
    const taskQueue = system.queueOf(platformTaskQueue);
    await makeSchedules(client, taskQueue, timetable);
    const { database } = system;
    let runs = 0;
    const tasks = { ...noTasks, 'purge-mailbox': async () => void (runs += 1) };
    await system.temporal.startWorker(
      'platform',
      createMaintenanceActivities({ tasks, database, timetable }),
      { taskQueue },
    );
    // Left out where Temporal did not answer in time.
    await eventually(async () =>
      expect(Date.parse(String((await find('purge-mailbox'))?.['next_run_at']))).toBeGreaterThan(
        Date.now(),
      ),
    );
    await scheduleOf(client, taskQueue, 'purge-mailbox').pause();

    const answer = await run('purge-mailbox');
    expect([answer.status, answer.body]).toEqual([202, { schedule_id: 'purge-mailbox' }]);
    await eventually(async () => {
      expect(await find('purge-mailbox')).toMatchObject({
        every_seconds: 86_400,
        last_outcome: 'SUCCEEDED',
        is_silent: false,
        is_paused: true,
        next_run_at: null,
        last_started_at: expect.any(String),
        last_finished_at: expect.any(String),
      });
    });
    expect(runs).toBe(1);
  });
});
