import type { Client } from '@temporalio/client';
import type { Task } from '../../activities/platform/maintenance.activities.js';
import {
  inTurn,
  reconciledKinds,
  reconciledOutcomes,
  reconcileRows,
  type Reconciled,
  type UnderWay,
} from '../../activities/platform/reconcile.activities.js';
import { createWorkflows } from '../../api/shared/workflows.js';
import { createIdentityUnderWayViews, type DeliveryUnderWay } from '../../db/identity/under-way.views.js';
import { createPlatformUnderWayViews } from '../../db/platform/under-way.views.js';
import type { Database } from '../../db/shared/database.js';
import { createWaterUnderWayViews, type DeviceUnderWay } from '../../db/water/under-way.views.js';
import { otpWorkflowId } from '../../workflows/identity/otp.contract.js';
import { auditExportWorkflowId, type AuditExportInput } from '../../workflows/platform/audit-export.contract.js';
import {
  deadLetterDecisionWorkflowId,
  type DeadLetterDecisionInput,
} from '../../workflows/platform/dead-letter-decision.contract.js';
import { deviceState, deviceWorkflowId } from '../../workflows/water/device.contract.js';
import type { OrderPolicy } from '../../workflows/water/order.contract.js';
import { createDeviceSignal } from '../gateway/device-signal.js';
import { otpDeliveryStart } from '../identity.consumers.js';
import { auditExportStart, deadLetterDecisionStart } from '../platform.consumers.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics/registry.js';
import { createOrderReconciler } from './order-reconciler.js';
import type { TaskQueues } from './task-queues.js';
import { answered, createStandings } from './workflow-standings.js';

export interface ReconcilerParts {
  database: Database;
  client: Client;
  logger: Logger;
  metrics: Metrics;
  queues: TaskQueues;
  orderPolicy: OrderPolicy;
  /** Reporting interval of a device that has not said its own. */
  deviceIntervalMs: number;
  /** How long what is apart is left alone; of rows and of workflows. */
  graceMs?: number;
}

/** A row is as a rule with its workflow by then. Being early is no fault: a workflow that is there is not started again. */
const rowGraceMs = 15_000;
/** A workflow whose row cannot be written just now is tried again for minutes, and is none that somebody has to look at. */
const workflowGraceMs = 5 * 60_000;

/**
 * Puts rows and workflows that have come apart together again: the rows decide, and Temporal's side can be made from them.
 * Each kind is started as it is started otherwise, under the same id.
 */
export function createReconciler(parts: ReconcilerParts): Task {
  const { database, client, queues, deviceIntervalMs, graceMs = rowGraceMs } = parts;
  const views = {
    ...createIdentityUnderWayViews(database.read, graceMs),
    ...createPlatformUnderWayViews(database.read, graceMs),
    ...createWaterUnderWayViews(database.read, graceMs),
  };
  const workflows = createWorkflows(client);
  const standings = createStandings(client);
  const report = createReport(parts);
  const tellDevice = createDeviceSignal({
    ...{ workflow: client.workflow, defaultIntervalMs: deviceIntervalMs, taskQueue: queues.telemetry },
  });

  const devices: UnderWay<DeviceUnderWay> = {
    kind: 'device',
    page: views.devices,
    workflowIdOf: ({ deviceId }) => deviceWorkflowId(deviceId),
    restart: tellDevice,
    tell: async (row) => {
      if (row.derivedTo >= row.signalledTo) return undefined;
      return answered(async () => {
        const { seenTo } = await workflows.query(deviceWorkflowId(row.deviceId), deviceState);
        if (seenTo >= row.signalledTo) return undefined;
        await tellDevice(row);
        return { outcome: 'mended', reason: 'BEHIND' };
      });
    },
  };
  const deliveries: UnderWay<DeliveryUnderWay> = {
    kind: 'otp',
    page: views.deliveries,
    workflowIdOf: ({ tokenId }) => otpWorkflowId(tokenId),
    restart: ({ tokenId, channels }) => workflows.restart(otpDeliveryStart(tokenId, channels, queues.identity)),
  };
  const exports: UnderWay<AuditExportInput> = {
    kind: 'audit-export',
    page: views.exports,
    workflowIdOf: ({ exportId }) => auditExportWorkflowId(exportId),
    restart: (input) => workflows.restart(auditExportStart(input, queues.platform)),
  };
  const decisions: UnderWay<DeadLetterDecisionInput> = {
    kind: 'dead-letter-decision',
    page: views.decisions,
    workflowIdOf: ({ decisionId }) => deadLetterDecisionWorkflowId(decisionId),
    restart: (input) => workflows.restart(deadLetterDecisionStart(input, queues.platform)),
  };

  const reconcile = { workflows: standings, report };
  return inTurn([
    reconcileRows(reconcile, deliveries),
    createOrderReconciler({
      ...{ views, workflows, standings, report, taskQueue: queues.water },
      ...{ orderPolicy: parts.orderPolicy, graceMs: parts.graceMs ?? workflowGraceMs },
    }),
    reconcileRows(reconcile, devices),
    reconcileRows(reconcile, exports),
    reconcileRows(reconcile, decisions),
  ]);
}

function createReport({ logger, metrics }: Pick<ReconcilerParts, 'logger' | 'metrics'>): (found: Reconciled) => void {
  const counters = new Map(
    reconciledKinds.flatMap((kind) =>
      reconciledOutcomes.map((outcome) => [
        `${kind} ${outcome}`,
        metrics.counter('millrace_reconciled_total', { kind, outcome }),
      ]),
    ),
  );
  return ({ kind, workflowId, outcome, reason }) => {
    counters.get(`${kind} ${outcome}`)?.add();
    const fields = { workflow_id: workflowId, reason };
    if (outcome === 'mended') logger.warn(fields, 'workflow had come apart from its row; it is put together again');
    else logger.error(fields, 'workflow has come apart from its row, and somebody has to look');
  };
}
