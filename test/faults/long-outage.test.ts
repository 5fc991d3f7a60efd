import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { createWorkflows, type Workflows } from '../../api/shared/workflows.js';
import { newId } from '../../db/shared/id.js';
import { workflowDomains } from '../../temporal-config/bundle.js';
import { asFailure } from '../../workflows/shared/failure.js';
import {
  otpWorkflowId,
  otpWorkflowType,
  type OtpInput,
} from '../../workflows/identity/otp.contract.js';
import {
  auditExportWorkflowId,
  auditExportWorkflowType,
} from '../../workflows/platform/audit-export.contract.js';
import {
  deadLetterDecisionWorkflowId,
  deadLetterDecisionWorkflowType,
} from '../../workflows/platform/dead-letter-decision.contract.js';
import { maintenanceWorkflowType } from '../../workflows/platform/maintenance.contract.js';
import {
  attachDevice,
  deviceState,
  deviceWorkflowId,
  deviceWorkflowType,
  telemetryAccepted,
} from '../../workflows/devices/device.contract.js';
import {
  acceptOrder,
  orderWorkflowId,
  orderWorkflowType,
  placeOrder,
  type OrderPolicy,
} from '../../workflows/water/order.contract.js';
import { aDeviceId } from '../support/devices/device.js';
import { eventually } from '../support/timing/eventually.js';
import {
  activitiesOf,
  startFaultyWorkers,
  type FaultyWorkers,
} from '../support/processes/faulty-worker.js';
import { timesFaster } from '../support/timing/hurried-timers.js';
import { anOrder, policy } from '../support/water/market.js';
import { detailsOf } from './workflow-details.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const hour = 3_600_000;
const mostEvents = 500;
const patienceMs = 300_000;

let folder: string;
let workers: FaultyWorkers;
let workflows: Workflows;

/** A workflow at work, with a meeting of PostgreSQL's absence and the expected end. */
interface Story {
  handle: WorkflowHandle;
  /** Answers the refusal of a request meanwhile. */
  meet?(): Promise<unknown>;
  end(): Promise<unknown>;
}
interface Told {
  events: number;
  answer: unknown;
  story: Story;
}
const outcomes = new Map<string, Promise<Told>>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-hurried-'));
  workers = await startFaultyWorkers(
    Object.fromEntries(await Promise.all(workflowDomains.map(hurried))),
  );
  workflows = createWorkflows(workers.client);
  const begun = await Promise.all(
    Object.entries(stories).map(async ([name, begin]) => [name, await begin()] as const),
  );
  setAway(true);
  // Each Temporal timer takes a second at least, so all wait for the hour at the same time.
  for (const [name, story] of begun) outcomes.set(name, outlastAnHour(story));
  await Promise.all(outcomes.values());
  setAway(false);
}, patienceMs);
afterAll(async () => {
  await workers.stop();
  await rm(folder, { recursive: true });
});

/** A domain's workflows unchanged, with timers of a thousandth of the time. */
async function hurried(domain: string): Promise<[string, string]> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows', domain),
    workflowInterceptorModules: [
      join(root, 'workflows/shared/propagation'),
      join(root, 'test/support/timing/hurried-timers'),
    ],
    logger: new DefaultLogger('ERROR'),
  });
  const path = join(folder, `${domain}.js`);
  await writeFile(path, code);
  return [domain, path];
}

const isDown = (): unknown =>
  Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const isWrong = (): unknown => new TypeError('a bug');
/** Activities that must fail for good, so that the failure is recorded. */
const broken = ['writeAuditExport', 'decideOnDeadLetters'];
function setAway(isAway: boolean): void {
  for (const activity of Object.values(activitiesOf).flat())
    if (!broken.includes(activity)) workers.fail(activity, isAway ? isDown : undefined);
}
const answerOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => asFailure(error) ?? error,
  );

type Events = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>;
const eventsOf = async (handle: WorkflowHandle): Promise<Events> =>
  (await handle.fetchHistory()).events ?? [];

/** Temporal's time, as the workflow asked: of the fired timers. */
function waitedMs(events: Events): number {
  const fired = new Set(
    events.map(({ timerFiredEventAttributes: timer }) => String(timer?.startedEventId ?? '')),
  );
  const asked = events
    .filter(({ eventId }) => fired.has(String(eventId)))
    .map(({ timerStartedEventAttributes: timer }) => timer?.startToFireTimeout)
    .map((time) => Number(time?.seconds ?? 0) * 1_000 + Number(time?.nanos ?? 0) / 1e6);
  return asked.reduce((sum, ms) => sum + ms, 0) * timesFaster;
}

/** The number of events in an hour of the workflow's time, with the answer to a person. */
async function outlastAnHour(story: Story): Promise<Told> {
  const { handle, meet } = story;
  const asking = meet?.();
  const before = await eventually(() => eventsOf(handle));
  await eventually(async () =>
    expect(await detailsOf(handle)).toMatch(/postgres is away \(.*\); tried again at/),
  );
  const events = await eventually(async () => {
    const now = await eventsOf(handle);
    expect(waitedMs(now) - waitedMs(before)).toBeGreaterThan(hour);
    return now.length - before.length;
  }, patienceMs);
  return { events, answer: await asking, story };
}

async function order(deadlines: Partial<OrderPolicy> = {}) {
  const shop = { accountId: newId(), reservoirId: newId(), priceRuleIds: [] };
  const long: OrderPolicy = { ...policy, acceptMs: 1_000 * 24 * hour };
  const input = anOrder(shop, { policy: { ...long, ...deadlines } });
  const workflowId = orderWorkflowId(input.orderId);
  const start = {
    workflow: orderWorkflowType,
    workflowId,
    taskQueue: workers.queueOf('water'),
    args: [input],
  };
  return {
    handle: workers.client.workflow.getHandle(workflowId),
    place: () => workflows.updateWithStart({ ...start, update: placeOrder, updateArgs: [] }),
    accept: () =>
      workflows.update(workflowId, acceptOrder, [
        { accountId: shop.accountId, principalId: newId() },
      ]),
  };
}
const started = (type: string, workflowId: string, domain: string, input: object) =>
  workers.client.workflow.start(type, {
    workflowId,
    taskQueue: workers.queueOf(domain),
    args: [input],
  });
const details = (handle: WorkflowHandle, expected: RegExp) =>
  eventually(async () => expect(await detailsOf(handle)).toMatch(expected));
const waitsForSeller = /^Waits for the seller [^;]*; then it expires\.$/;

const stories: Record<string, () => Promise<Story>> = {
  async 'an order that is being placed'() {
    const { handle, place } = await order();
    return {
      handle,
      meet: () => answerOf(place()),
      async end() {
        await details(handle, waitsForSeller);
        expect(await answerOf(place())).toBe('done');
      },
    };
  },

  async 'what time does to an order'() {
    const { handle, place } = await order({ acceptMs: hour });
    await place();
    return { handle, end: async () => expect(await handle.result()).toBe('EXPIRED') };
  },

  // The step may be committed, so the row is read as soon as possible.
  async 'an order whose step somebody was told had failed'() {
    const { handle, place, accept } = await order();
    await place();
    return {
      handle,
      meet: () => answerOf(accept()),
      async end() {
        await details(handle, waitsForSeller);
        expect(await answerOf(accept())).toBe('done');
      },
    };
  },

  async 'the readings of a device'() {
    const deviceId = aDeviceId();
    const input = { deviceId, defaultIntervalMs: 1_000 * 24 * hour };
    const handle = await started(deviceWorkflowType, deviceWorkflowId(deviceId), 'devices', input);
    const request = { accountId: newId(), principalId: newId(), reservoirId: newId() };
    return {
      handle,
      async meet() {
        await handle.signal(telemetryAccepted, { acceptedTo: 1 });
        return answerOf(workflows.update(handle.workflowId, attachDevice, [request]));
      },
      end: () =>
        eventually(async () =>
          expect(await handle.query(deviceState)).toMatchObject({ derivedTo: 1 }),
        ),
    };
  },

  async 'the silence of a device'() {
    const deviceId = aDeviceId();
    const intervalMs = hour;
    const lastSeenAt = new Date(Date.now() - 24 * hour).toISOString();
    const state = {
      seenTo: 1,
      derivedTo: 1,
      connectivity: 'ONLINE',
      lastSeenAt,
      intervalMs,
      reservoirId: null,
    };
    workers.fail('readSight', isDown);
    const handle = await started(deviceWorkflowType, deviceWorkflowId(deviceId), 'devices', {
      deviceId,
      defaultIntervalMs: intervalMs,
      state,
    });
    return {
      handle,
      end: () => eventually(() => expect(workers.callsOf('readSight')).toBeGreaterThan(0)),
    };
  },

  async 'the outcome of a code'() {
    const input: OtpInput = { tokenId: newId(), channels: ['EMAIL'], channelBudgetMs: 60_000 };
    workers.fail('recordOtpOutcome', isDown);
    const handle = await started(otpWorkflowType, otpWorkflowId(input.tokenId), 'identity', input);
    return { handle, end: async () => expect(await handle.result()).toBe('SENT') };
  },

  async 'the end of an export'() {
    const input = { accountId: newId(), exportId: newId() };
    workers.fail('writeAuditExport', isWrong);
    workers.fail('failAuditExport', isDown);
    const handle = await started(
      auditExportWorkflowType,
      auditExportWorkflowId(input.exportId),
      'platform',
      input,
    );
    return { handle, end: () => handle.result() };
  },

  async 'the end of a decision on dead letters'() {
    const input = { accountId: newId(), decisionId: newId(), decision: 'skip' };
    workers.fail('decideOnDeadLetters', isWrong);
    workers.fail('failDeadLetterDecision', isDown);
    const workflowId = deadLetterDecisionWorkflowId(input.decisionId);
    const handle = await started(deadLetterDecisionWorkflowType, workflowId, 'platform', input);
    return { handle, end: () => handle.result() };
  },
};
const away = { code: 'SERVICE_UNAVAILABLE', details: { dependency: 'postgres' } };

describe('PostgreSQL away for an hour of Temporal’s time adds a bounded history, and all goes on by itself after:', () => {
  it.each(Object.keys(stories))('%s', async (name) => {
    const { events, answer, story } = await (outcomes.get(name) ??
      Promise.reject(new Error('no such story')));
    expect(events).toBeLessThanOrEqual(mostEvents);
    // By the name of the missing dependency.
    if (story.meet) expect(answer).toEqual(away);
    await story.end();
    await story.handle.terminate().catch(() => undefined);
  });

  it.each(['runTask', 'writeAuditExport'])(
    '%s, whose tries Temporal itself repeats',
    async (activity) => {
      workers.fail(activity, isDown);
      const input = { accountId: newId(), exportId: newId() };
      const handle =
        activity === 'runTask'
          ? await started(maintenanceWorkflowType, `test/${newId()}`, 'platform', {
              task: 'purge-mailbox',
            })
          : await started(
              auditExportWorkflowType,
              auditExportWorkflowId(input.exportId),
              'platform',
              input,
            );
      await eventually(() => expect(workers.callsOf(activity)).toBeGreaterThan(1));
      expect((await eventsOf(handle)).length).toBeLessThan(10);
      workers.fail(activity, undefined);
      await handle.result();
    },
  );
});
