import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Task } from '../../activities/platform/maintenance.activities.js';
import {
  each,
  inTurn,
  reconciledKinds,
  reconciledOutcomes,
  reconcileRows,
  type Found,
  type Reconciled,
  type UnderWay,
  type WorkflowStandings,
} from '../../activities/platform/reconcile.activities.js';
import { createWorkflows } from '../../api/shared/workflows.js';
import { createIdentityUnderWayViews, type DeliveryUnderWay } from '../../db/identity/under-way.views.js';
import { createPlatformUnderWayViews } from '../../db/platform/under-way.views.js';
import type { Database } from '../../db/shared/database.js';
import { underWayPageSize } from '../../db/shared/under-way.js';
import { createWaterUnderWayViews, type DeviceUnderWay, type OrderUnderWay } from '../../db/water/under-way.views.js';
import { otpWorkflowId } from '../../workflows/identity/otp.contract.js';
import { auditExportWorkflowId, type AuditExportInput } from '../../workflows/platform/audit-export.contract.js';
import {
  deadLetterDecisionWorkflowId,
  type DeadLetterDecisionInput,
} from '../../workflows/platform/dead-letter-decision.contract.js';
import { asFailure } from '../../workflows/shared/failure.js';
import { searchableBy } from '../../workflows/shared/search-attributes.js';
import { deviceState, deviceWorkflowId } from '../../workflows/water/device.contract.js';
import { inputFromRow } from '../../workflows/water/order-restart.rules.js';
import {
  catchUp,
  orderSummary,
  orderVersion,
  orderWorkflowId,
  orderWorkflowType,
  type OrderPolicy,
} from '../../workflows/water/order.contract.js';
import { createDeviceSignal } from '../gateway/device-signal.js';
import { otpDeliveryStart } from '../identity.consumers.js';
import { auditExportStart, deadLetterDecisionStart } from '../platform.consumers.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics/registry.js';
import type { TaskQueues } from './task-queues.js';

export interface ReconcilerParts {
  database: Database;
  client: Client;
  logger: Logger;
  metrics: Metrics;
  queues: TaskQueues;
  orderPolicy: OrderPolicy;
  /** Reporting interval of a device that has not said its own. */
  deviceIntervalMs: number;
  graceMs?: number;
}

/** Longer than any retry between a row and its workflow: what is apart after it stays so. */
const defaultGraceMs = 5 * 60_000;

/**
 * Puts rows and workflows that have come apart together again: the rows decide, and Temporal's side can be made from them.
 * Each kind is started as it is started otherwise, under the same id.
 */
export function createReconciler(parts: ReconcilerParts): Task {
  const { database, client, queues, orderPolicy, deviceIntervalMs, graceMs = defaultGraceMs } = parts;
  const views = {
    ...createIdentityUnderWayViews(database.read, graceMs),
    ...createPlatformUnderWayViews(database.read, graceMs),
    ...createWaterUnderWayViews(database.read, graceMs),
  };
  const workflows = createWorkflows(client);
  const report = createReport(parts);
  const tellDevice = createDeviceSignal({
    ...{ workflow: client.workflow, defaultIntervalMs: deviceIntervalMs, taskQueue: queues.telemetry },
  });

  /** As its routes do: one that is behind its row, after everything died between their two commits, reads it. */
  async function tellOrder(orderId: string, version: number): Promise<Found | undefined> {
    const id = orderWorkflowId(orderId);
    return answered(async () => {
      if ((await workflows.query(id, orderVersion)) >= version) return undefined;
      await workflows.update(id, catchUp, []);
      return { outcome: 'mended', reason: 'BEHIND' };
    });
  }

  const orders: Omit<UnderWay<OrderUnderWay>, 'page'> = {
    kind: 'order',
    workflowIdOf: ({ orderId }) => orderWorkflowId(orderId),
    restart: (row) =>
      workflows.restart({
        workflow: orderWorkflowType,
        workflowId: orderWorkflowId(row.orderId),
        taskQueue: queues.water,
        args: [inputFromRow(row, orderPolicy)],
        typedSearchAttributes: searchableBy('water', row.buyerAccountId),
        staticSummary: orderSummary(row.requestedVolumeLiters),
      }),
    // What moved long ago was looked at then; a deadline or a command makes it look by itself as well.
    tell: async ({ hasMoved, orderId, version }) => (hasMoved ? tellOrder(orderId, version) : undefined),
  };
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

  /** The other way round: a workflow at work on an order that has ended reads its row; one without a row is reported. */
  const openOrderWorkflows: Task = async (progress) => {
    const since = new Date(Date.now() - graceMs).toISOString();
    const query = `${running} and WorkflowType = '${orderWorkflowType}' and TaskQueue = '${queues.water}' and StartTime < '${since}'`;
    let seen = 0;
    for await (const ids of pages(client.workflow.list({ query, pageSize: underWayPageSize }))) {
      const orderIds = ids.map((id) => id.slice(orderWorkflowId('').length));
      const known = new Map((await views.ordersKnown(orderIds)).map((row) => [row.orderId, row]));
      seen += ids.length;
      await each(
        orderIds,
        () => progress(seen),
        async (orderId) => {
          const row = known.get(orderId);
          if (row && !row.hasEnded) return;
          const found = row ? await tellOrder(orderId, row.version) : await withoutRow(orderId);
          if (found) report({ kind: 'order', workflowId: orderWorkflowId(orderId), ...found });
        },
      );
    }
  };
  /** The list may be behind: one that was refused has no row, and ends. */
  async function withoutRow(orderId: string): Promise<Found | undefined> {
    const standing = await standings.standingOf(orderWorkflowId(orderId));
    return standing === 'RUNNING' ? { outcome: 'apart', reason: 'NO_ROW' } : undefined;
  }

  const standings = createStandings(client);
  const reconcile = { workflows: standings, report };
  return inTurn([
    reconcileRows(reconcile, deliveries),
    reconcileRows(reconcile, { ...orders, page: views.openOrders }),
    reconcileRows(reconcile, { ...orders, page: views.disputableOrders }),
    reconcileRows(reconcile, devices),
    reconcileRows(reconcile, exports),
    reconcileRows(reconcile, decisions),
    openOrderWorkflows,
  ]);
}

const running = "ExecutionStatus = 'Running'";

/** One that ended meanwhile has missed nothing; one that does not answer is somebody's business, and the next is looked at. */
async function answered(ask: () => Promise<Found | undefined>): Promise<Found | undefined> {
  try {
    return await ask();
  } catch (error) {
    switch (asFailure(error)?.code) {
      case 'RESOURCE_NOT_FOUND':
        return undefined;
      case 'SERVICE_UNAVAILABLE':
        return { outcome: 'apart', reason: 'NO_ANSWER' };
      default:
        throw error;
    }
  }
}

function createStandings(client: Client): WorkflowStandings {
  return {
    async openAmong(workflowIds) {
      const query = `${running} and WorkflowId in (${workflowIds.map((id) => `'${id}'`).join(', ')})`;
      const open = new Set<string>();
      for await (const { workflowId } of client.workflow.list({ query, pageSize: underWayPageSize }))
        open.add(workflowId);
      return open;
    },
    async standingOf(workflowId) {
      try {
        return (await client.workflow.getHandle(workflowId).describe()).status.name;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'MISSING';
        throw error;
      }
    },
  };
}

async function* pages(found: AsyncIterable<{ workflowId: string }>): AsyncGenerator<string[]> {
  let page: string[] = [];
  for await (const { workflowId } of found) {
    page.push(workflowId);
    if (page.length < underWayPageSize) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
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
