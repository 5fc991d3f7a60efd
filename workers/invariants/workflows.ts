import { ServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { databaseNow } from '../../db/shared/database-clock.js';
import { otpWorkflowId } from '../../workflows/identity/otp.contract.js';
import { auditExportWorkflowId } from '../../workflows/platform/audit-export.contract.js';
import { deviceState, deviceWorkflowId, deviceWorkflowType } from '../../workflows/water/device.contract.js';
import { orderWorkflowId, orderWorkflowType, type Order } from '../../workflows/water/order.contract.js';
import { isClosed, waitingFor } from '../../workflows/water/order-deadline.rules.js';
import { foldOrder, type OrderEventRow } from './order-fold.js';
import type { InvariantViews } from './rows.js';

export interface Sides {
  views: InvariantViews;
  temporal: Client;
  /** Of each kind, how many of the newest are looked at. */
  limit: number;
}

/** Of the order, only what is read here. */
type OrderRow = Order & { events: OrderEventRow[] | null };

/** What the events of an order make of it is its row. */
export async function ordersUntold({ views, limit }: Sides): Promise<string[]> {
  const rows = await views.orders<OrderRow>(limit);
  return rows.flatMap(({ orderId, events, status, version }) => {
    const told = foldOrder(events ?? []);
    if ('fault' in told) return [`order ${orderId}: ${told.fault}`];
    if (told.status === status && told.version === version) return [];
    return [`order ${orderId} is ${status}/${version}, its events say ${told.status}/${told.version}`];
  });
}

/** An order and its workflow say the same; and no workflow is at work on an order that is not there. */
export async function ordersApart({ views, temporal, limit }: Sides): Promise<string[]> {
  const rows = await views.orders<OrderRow>(limit);
  const breaches: string[] = [];
  for (const row of rows) {
    const [remembered, expected] = [await workflowOf(temporal, row), waitingFor(row)];
    if (remembered !== expected)
      breaches.push(`order ${row.orderId}: “${expected}”, its workflow says “${remembered}”`);
  }
  if (rows.length === limit) return breaches;
  const known = new Set(rows.map(({ orderId }) => orderWorkflowId(orderId)));
  for await (const { workflowId } of temporal.workflow.list({ query: running(orderWorkflowType) }))
    if (!known.has(workflowId)) breaches.push(`${workflowId} is at work on an order that is not there`);
  return breaches;
}

/** Of a workflow whose last task has failed or was not answered in time, and that is to be tried again: until then it says nothing. */
const isOfFailedTask = (error: unknown): boolean =>
  error instanceof ServiceError && (error.cause as { code?: unknown } | undefined)?.code === failedPrecondition;
/** Of gRPC. */
const failedPrecondition = 9;

/** What the workflow says it waits for, as people read it. One that ended long ago is no longer kept. */
async function workflowOf(temporal: Client, row: OrderRow): Promise<string> {
  const handle = temporal.workflow.getHandle(orderWorkflowId(row.orderId));
  try {
    const { status } = await handle.describe();
    if (isClosed(row, databaseNow()) !== (status.name === 'COMPLETED')) return status.name;
    return (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
  } catch (error) {
    if (isOfFailedTask(error)) return 'that its task fails';
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return isClosed(row, databaseNow()) ? waitingFor(row) : 'nothing';
  }
}

/** A device that has sent something has one workflow at work, which has derived all that it was told of. */
export async function devicesApart({ views, temporal, limit }: Sides): Promise<string[]> {
  const breaches: string[] = [];
  const devices = await views.devices(limit);
  for (const { deviceId, derivedTo } of devices) {
    const known = await derivedBy(temporal, deviceId);
    if (known !== derivedTo) breaches.push(`device ${deviceId}: ${known ?? 'nothing'} ≠ ${derivedTo} derived`);
  }
  const { count } = await temporal.workflow.count(running(deviceWorkflowType));
  if (count < devices.length) breaches.push(`${count} device workflows for ${devices.length} devices`);
  return breaches;
}

async function derivedBy(temporal: Client, deviceId: string): Promise<number | undefined> {
  try {
    return (await temporal.workflow.getHandle(deviceWorkflowId(deviceId)).query(deviceState)).derivedTo;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isOfFailedTask(error)) return undefined;
    throw error;
  }
}

/** A delivery that was started, and of which no end is written down, is at work. */
export const deliveriesLost = async ({ views, temporal, limit }: Sides): Promise<string[]> =>
  notAtWork(temporal, (await views.startedDeliveries(limit)).map(otpWorkflowId));

/** As is an export of the audit log. */
export const exportsLost = async ({ views, temporal, limit }: Sides): Promise<string[]> =>
  notAtWork(temporal, (await views.startedExports(limit)).map(auditExportWorkflowId));

async function notAtWork(temporal: Client, workflowIds: readonly string[]): Promise<string[]> {
  const lost: string[] = [];
  for (const workflowId of workflowIds) {
    const handle = temporal.workflow.getHandle(workflowId);
    const status = await handle.describe().then(
      (found) => found.status.name,
      (error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return 'nothing';
        throw error;
      },
    );
    if (status !== 'RUNNING') lost.push(`${workflowId}: ${status}`);
  }
  return lost;
}

const running = (type: string): string => `WorkflowType = '${type}' and ExecutionStatus = 'Running'`;
