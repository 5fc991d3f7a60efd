import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { createWorkflows, type Workflows } from '../../api/shared/workflows.js';
import { newId } from '../../db/shared/id.js';
import { float, text } from '../../db/connection/column.js';
import { platformAccountId } from '../../db/connection/database.js';
import { query } from '../../db/connection/query.js';
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
  detachDevice,
  deviceWorkflowId,
  deviceWorkflowType,
  telemetryAccepted,
  type DeviceInput,
} from '../../workflows/devices/device.contract.js';
import {
  acceptOrder,
  cancelOrder,
  orderWorkflowId,
  orderWorkflowType,
  placeOrder,
  type OrderInput,
} from '../../workflows/water/order.contract.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aDeviceId } from '../support/devices/device.js';
import { eventually } from '../support/timing/eventually.js';
import {
  activitiesOf,
  startFaultyWorkers,
  type FaultyWorkers,
} from '../support/processes/faulty-worker.js';
import { anOrder, policy } from '../support/water/market.js';
import { detailsOf } from './workflow-details.js';

let test: TestDatabase;
let workers: FaultyWorkers;
let workflows: Workflows;
beforeAll(async () => {
  [test, workers] = await Promise.all([createTestDatabase(), startFaultyWorkers()]);
  workflows = createWorkflows(workers.client);
});
afterEach(() => {
  for (const activity of Object.values(activitiesOf).flat()) workers.fail(activity, undefined);
  workers.lines.length = 0;
});
afterAll(async () => {
  await workers.stop();
  await test.drop();
});

/** As PostgreSQL refuses a number out of range: SQLSTATE 22003. */
const outOfRange = query({
  name: 'test.out_of_range',
  parameters: { factor: float },
  row: { product: text },
  text: "select ('1e308'::float8 * :factor)::text as product",
});
const secret = '4711';
const databaseFault = (): Promise<unknown> =>
  test.database
    .reads({ accountId: platformAccountId })
    .read(outOfRange, { factor: Number(secret) })
    .then(
      () => new Error('nothing was out of range'),
      (error: unknown) => error,
    );
const faults: [string, () => unknown, string][] = [
  ['of the data, as PostgreSQL finds it', databaseFault, '22003 in test.out_of_range'],
  ['of a type', () => new TypeError('x is not a function'), 'TypeError'],
  [
    'of an assertion',
    () => new assert.AssertionError({ message: 'no such thing' }),
    'ERR_ASSERTION',
  ],
  [
    'of ours, which is no outage',
    () => new Error('an order has two parties'),
    'Error: an order has two parties',
  ],
];
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => asFailure(error)?.code ?? error,
  );

async function order(changes: Partial<OrderInput> = {}) {
  const input = anOrder({ accountId: newId(), reservoirId: newId(), priceRuleIds: [] }, changes);
  const workflowId = orderWorkflowId(input.orderId);
  const start = {
    workflow: orderWorkflowType,
    workflowId,
    taskQueue: workers.queueOf('water'),
    args: [input],
  };
  const seller = { accountId: input.sellerAccountId, principalId: input.sellerAccountId };
  return {
    handle: workers.client.workflow.getHandle(workflowId),
    place: () => workflows.updateWithStart({ ...start, update: placeOrder, updateArgs: [] }),
    accept: () => workflows.update(workflowId, acceptOrder, [seller]),
    cancel: () => workflows.update(workflowId, cancelOrder, [input.buyer]),
  };
}

async function started(
  type: string,
  workflowId: string,
  domain: 'identity' | 'platform' | 'devices' | 'water',
  args: unknown[],
) {
  return workers.client.workflow.start(type, {
    workflowId,
    taskQueue: workers.queueOf(domain),
    args,
  });
}
async function device(intervalMs = 900_000) {
  const input: DeviceInput = { deviceId: aDeviceId(), defaultIntervalMs: intervalMs };
  const handle = await started(deviceWorkflowType, deviceWorkflowId(input.deviceId), 'devices', [
    input,
  ]);
  const request = { accountId: newId(), principalId: newId() };
  return {
    handle,
    attach: () =>
      workflows.update(handle.workflowId, attachDevice, [{ ...request, reservoirId: newId() }]),
    detach: () => workflows.update(handle.workflowId, detachDevice, [request]),
    tell: (acceptedTo: number) => handle.signal(telemetryAccepted, { acceptedTo }),
  };
}
/** A device last heard of an hour ago, with a silence to be noted. */
async function silentDevice() {
  const deviceId = aDeviceId();
  const lastSeenAt = new Date(Date.now() - 3_600_000).toISOString();
  const state = {
    seenTo: 1,
    derivedTo: 1,
    connectivity: 'ONLINE',
    lastSeenAt,
    intervalMs: 900_000,
    reservoirId: null,
  };
  const input = { deviceId, defaultIntervalMs: 900_000, state };
  return started(deviceWorkflowType, deviceWorkflowId(deviceId), 'devices', [input]);
}
const otp = (channels: OtpInput['channels'] = ['EMAIL']) =>
  started(otpWorkflowType, otpWorkflowId(newId()), 'identity', [
    { tokenId: newId(), channels, channelBudgetMs: 60_000 } satisfies OtpInput,
  ]);
const auditExport = () => {
  const input = { accountId: newId(), exportId: newId() };
  return started(auditExportWorkflowType, auditExportWorkflowId(input.exportId), 'platform', [
    input,
  ]);
};
const decision = () => {
  const input = { accountId: newId(), decisionId: newId(), decision: 'redrive' };
  return started(
    deadLetterDecisionWorkflowType,
    deadLetterDecisionWorkflowId(input.decisionId),
    'platform',
    [input],
  );
};

const said = /22003 in test\.out_of_range/;
/**
 * The workflow rests: the details say the failure and the time of the next try, and there is no try
 * before.
 */
async function expectRest(handle: WorkflowHandle, activity: string): Promise<void> {
  await eventually(async () =>
    expect(await detailsOf(handle)).toMatch(/22003.*; tried again at \d{4}-.*Z/),
  );
  const [, nextTry = ''] = /tried again at (\S+)\.$/.exec(await detailsOf(handle)) ?? [];
  expect(Date.parse(nextTry) - Date.now()).toBeGreaterThan(30 * 60_000);
  expect(workers.callsOf(activity)).toBe(1);
  await handle.terminate();
}

/** The end of a workflow with an activity that fails for good, each of its own kind. */
const ends: Record<string, () => Promise<void>> = {
  async placeOrder() {
    const { place, handle } = await order();
    expect(await codeOf(place())).toBe('INTERNAL_ERROR');
    expect(await handle.result()).toBe('REFUSED');
    expect(await detailsOf(handle)).toMatch(said);
  },
  async recordTransition() {
    const { place, accept, cancel, handle } = await order({ policy: { ...policy, acceptMs: 300 } });
    await place();
    await expectRest(handle, 'recordTransition');
    const asked = await order();
    await asked.place();
    expect(await codeOf(asked.accept())).toBe('INTERNAL_ERROR');
    workers.fail('recordTransition', undefined);
    // The next step is judged as if there had been none.
    expect(await codeOf(asked.cancel())).toBe('done');
    expect([typeof accept, typeof cancel]).toEqual(['function', 'function']);
  },
  async attach() {
    const { attach, handle } = await device();
    expect(await codeOf(attach())).toBe('INTERNAL_ERROR');
    await handle.terminate();
  },
  async detach() {
    const { detach, handle } = await device();
    expect(await codeOf(detach())).toBe('INTERNAL_ERROR');
    await handle.terminate();
  },
  async deriveReadings() {
    const { tell, attach, handle } = await device();
    await tell(1);
    await eventually(() => expect(workers.callsOf('deriveReadings')).toBe(1));
    // More messages do not add tries, and healthy activities go on.
    await tell(2);
    await tell(3);
    expect(await codeOf(attach())).toBe('done');
    await expectRest(handle, 'deriveReadings');
  },
  async readSight() {
    await expectRest(await silentDevice(), 'readSight');
  },
  async recordConnectivity() {
    await expectRest(await silentDevice(), 'recordConnectivity');
  },
  async sendOtp() {
    const handle = await otp();
    expect(await handle.result()).toBe('FAILED');
    expect(await detailsOf(handle)).toMatch(said);
    expect(workers.callsOf('sendOtp')).toBe(1);
  },
  async recordOtpOutcome() {
    await expectRest(await otp(), 'recordOtpOutcome');
  },
  async writeAuditExport() {
    const handle = await auditExport();
    await handle.result();
    expect(await detailsOf(handle)).toMatch(/the export failed \(22003/);
    expect([workers.callsOf('writeAuditExport'), workers.callsOf('failAuditExport')]).toEqual([
      1, 1,
    ]);
  },
  async failAuditExport() {
    workers.fail('writeAuditExport', databaseFault);
    await expectRest(await auditExport(), 'failAuditExport');
  },
  async decideOnDeadLetters() {
    const handle = await decision();
    await handle.result();
    expect(await detailsOf(handle)).toMatch(/could not be carried out \(22003/);
    expect([
      workers.callsOf('decideOnDeadLetters'),
      workers.callsOf('failDeadLetterDecision'),
    ]).toEqual([1, 1]);
  },
  async failDeadLetterDecision() {
    workers.fail('decideOnDeadLetters', databaseFault);
    await expectRest(await decision(), 'failDeadLetterDecision');
  },
  async runTask() {
    const handle = await started(maintenanceWorkflowType, `test/${newId()}`, 'platform', [
      { task: 'purge-mailbox' },
    ]);
    await expect(handle.result()).rejects.toThrow();
    expect(await detailsOf(handle)).toMatch(
      /purge-mailbox failed \(22003 .*its schedule runs it again/,
    );
    expect(workers.callsOf('runTask')).toBe(1);
  },
};

describe('a fault that another try would meet again', () => {
  it.each(Object.values(activitiesOf).flat())(
    'ends, or rests and says so: in %s',
    async (activity) => {
      const end = ends[activity];
      if (!end)
        throw new Error(`nobody says what becomes of a workflow whose ${activity} fails for good`);
      workers.fail(activity, databaseFault);
      await end();
      // The log names state and statement, and never a value.
      const [line] = workers.lines.filter((written) => written['activity'] === activity);
      expect(line).toMatchObject({
        level: 'error',
        err: { code: '22003', statement: 'test.out_of_range' },
      });
      expect(typeof line?.['workflow_id']).toBe('string');
      expect(JSON.stringify(workers.lines)).not.toContain(secret);
    },
  );

  it.each(faults)(
    '%s is an answer at once, and another order is placed',
    async (_name, fault, words) => {
      workers.fail('placeOrder', fault);
      const failing = await order();
      expect(await codeOf(failing.place())).toBe('INTERNAL_ERROR');
      expect(workers.callsOf('placeOrder')).toBe(1);
      expect(await detailsOf(failing.handle)).toContain(words);
      workers.fail('placeOrder', undefined);
      const next = await order();
      expect(await codeOf(next.place())).toBe('done');
      await next.handle.terminate();
    },
  );
});
