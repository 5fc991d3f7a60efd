import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import { createWorkflows } from '../../api/shared/workflows.js';
import { newId } from '../../db/shared/id.js';
import { otpWorkflowId, otpWorkflowType } from '../../workflows/identity/otp.contract.js';
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
} from '../../workflows/devices/device.contract.js';
import {
  acceptOrder,
  orderWorkflowId,
  orderWorkflowType,
  placeOrder,
} from '../../workflows/water/order.contract.js';
import { aDeviceId } from '../support/devices/device.js';
import { eventually } from '../support/timing/eventually.js';
import {
  activitiesOf,
  startFaultyWorkers,
  type FaultyWorkers,
} from '../support/processes/faulty-worker.js';
import { anOrder } from '../support/water/market.js';

let workers: FaultyWorkers;
beforeAll(async () => {
  workers = await startFaultyWorkers();
  // The recorders of failures are called then.
  for (const activity of ['writeAuditExport', 'decideOnDeadLetters'])
    workers.fail(activity, () => ApplicationFailure.nonRetryable('it is broken'));
});
afterAll(() => workers.stop());

const start = (type: string, workflowId: string, domain: string, input: object) =>
  workers.client.workflow.start(type, {
    workflowId,
    taskQueue: workers.queueOf(domain),
    args: [input],
  });

/** Together the lives call every activity. */
const lives: (() => Promise<WorkflowHandle>)[] = [
  () =>
    start(otpWorkflowType, otpWorkflowId(newId()), 'identity', {
      tokenId: newId(),
      channels: ['EMAIL'],
      channelBudgetMs: 60_000,
    }),
  () =>
    start(auditExportWorkflowType, auditExportWorkflowId(newId()), 'platform', {
      accountId: newId(),
      exportId: newId(),
    }),
  () =>
    start(deadLetterDecisionWorkflowType, deadLetterDecisionWorkflowId(newId()), 'platform', {
      accountId: newId(),
      decisionId: newId(),
      decision: 'redrive',
    }),
  () =>
    start(maintenanceWorkflowType, `platform/${newId()}`, 'platform', { task: 'purge-requests' }),
  async () => {
    const input = anOrder({ accountId: newId(), reservoirId: newId(), priceRuleIds: [] });
    const workflowId = orderWorkflowId(input.orderId);
    const handle = await start(orderWorkflowType, workflowId, 'water', input);
    const workflows = createWorkflows(workers.client);
    await handle.executeUpdate(placeOrder);
    await workflows.update(workflowId, acceptOrder, [
      { accountId: input.sellerAccountId, principalId: newId() },
    ]);
    return handle;
  },
  async () => {
    const deviceId = aDeviceId();
    const handle = await start(deviceWorkflowType, deviceWorkflowId(deviceId), 'devices', {
      deviceId,
      defaultIntervalMs: 900_000,
    });
    const request = { accountId: newId(), principalId: newId() };
    await handle.executeUpdate(attachDevice, { args: [{ ...request, reservoirId: newId() }] });
    await handle.executeUpdate(detachDevice, { args: [request] });
    // Of 1970, so the silence is noted at once.
    await handle.signal(telemetryAccepted, { acceptedTo: 1 });
    return handle;
  },
];

type Events = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>;

/** The history's summary of each activity beside the name, undefined without a summary. */
function summariesIn(events: Events): [string, unknown][] {
  return events.flatMap((event) => {
    const local = event.markerRecordedEventAttributes?.details?.['data']?.payloads?.[0];
    const name = local
      ? defaultPayloadConverter.fromPayload<{ activity_type: string }>(local).activity_type
      : event.activityTaskScheduledEventAttributes?.activityType?.name;
    const { summary } = event.userMetadata ?? {};
    return name ? [[name, summary ? defaultPayloadConverter.fromPayload(summary) : undefined]] : [];
  });
}

describe('every activity of every workflow', () => {
  it('says in the history what it does, in words, and nothing of whom', async () => {
    const handles = await Promise.all(lives.map((live) => live()));
    const all = Object.values(activitiesOf).flat().sort();
    const found = await eventually(async () => {
      const histories = await Promise.all(handles.map((handle) => handle.fetchHistory()));
      const summaries = histories.flatMap(({ events }) => summariesIn(events ?? []));
      expect([...new Set(summaries.map(([name]) => name))].sort()).toEqual(all);
      return summaries;
    });
    for (const summary of found)
      expect(summary).toEqual([summary[0], expect.stringMatching(/^[a-z][\w ,]{10,60}$/i)]);
  });
});
