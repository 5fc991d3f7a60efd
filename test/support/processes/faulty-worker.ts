import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { otpInputs } from '../../../activities/identity/otp.inputs.js';
import { auditExportInputs } from '../../../activities/platform/audit-export.inputs.js';
import { deadLetterDecisionInputs } from '../../../activities/platform/dead-letter-decision.inputs.js';
import { maintenanceInputs } from '../../../activities/platform/maintenance.inputs.js';
import { deviceInputs } from '../../../activities/devices/device.inputs.js';
import { orderInputs } from '../../../activities/water/order.inputs.js';
import { newId } from '../../../db/shared/id.js';
import { createActivityFaults } from '../../../workers/observability/tracing/activity-faults.js';
import { createLogger } from '../../../workers/observability/logger.js';
import { activityInterceptors } from '../../../workers/observability/tracing/activity-interceptors.js';
import type { DerivedBatch, DeviceSight } from '../../../workflows/devices/device.contract.js';
import type { Order, OrderInput } from '../../../workflows/water/order.contract.js';
import { connectTestTemporal } from '../servers/temporal.js';
import { testServers } from '../servers/test-servers.js';

/** Every activity of every worker, by the domain whose bundle calls the activity. */
export const activitiesOf: Record<string, readonly string[]> = {
  identity: Object.keys(otpInputs),
  platform: [auditExportInputs, deadLetterDecisionInputs, maintenanceInputs].flatMap((inputs) =>
    Object.keys(inputs),
  ),
  devices: Object.keys(deviceInputs),
  water: Object.keys(orderInputs),
};

export interface FaultyWorkers {
  client: Client;
  queueOf(domain: string): string;
  /** Lines of the log, as written. */
  lines: Record<string, unknown>[];
  /** Number of an activity's calls since the last `fail`. */
  callsOf(activity: string): number;
  /** The fault of an activity from now on; undefined for none. */
  fail(activity: string, fault: (() => unknown) | undefined): void;
  stop(): Promise<void>;
}

const sight: DeviceSight = {
  connectivity: 'ONLINE',
  lastSeenAt: new Date(0).toISOString(),
  intervalMs: 900_000,
};
const batch: DerivedBatch = { ...sight, derivedTo: 1, hasMore: false };
/** Answers of healthy activities. */
const answers: Record<string, (input: never) => unknown> = {
  sendOtp: () => 'SENT',
  decideOnDeadLetters: () => ({ status: 'DONE', done: 1, total: 1 }),
  attach: ({ deviceId, reservoirId }) => ({ deviceId, reservoirId }),
  detach: ({ deviceId }) => ({ deviceId, reservoirId: newId() }),
  deriveReadings: () => batch,
  readSight: () => sight,
  placeOrder: (input: OrderInput) => orderOf(input),
  recordTransition: () => null,
};

/**
 * A worker a domain, with production's interceptors, and activities that do nothing but throw a
 * test's faults.
 */
export async function startFaultyWorkers(
  bundles: Partial<Record<string, string>> = {},
): Promise<FaultyWorkers> {
  const temporal = await connectTestTemporal();
  const { connection, namespace } = temporal;
  const lines: Record<string, unknown>[] = [];
  const destination = {
    write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  };
  const logger = createLogger({ level: 'warn', process: 'test', destination });
  const faults = new Map<string, () => unknown>();
  const calls = new Map<string, number>();
  const own = randomBytes(4).toString('hex');
  const queueOf = (domain: string): string => `faulty-${domain}-${own}`;

  const faulty = (name: string) => async (input: never) => {
    calls.set(name, (calls.get(name) ?? 0) + 1);
    const fault = faults.get(name);
    if (fault) throw await fault();
    return answers[name]?.(input);
  };
  const workers = await Promise.all(
    Object.entries(activitiesOf).map(async ([domain, activities]) => {
      return Worker.create({
        connection,
        namespace,
        taskQueue: queueOf(domain),
        activities: Object.fromEntries(activities.map((activity) => [activity, faulty(activity)])),
        workflowBundle: { codePath: bundles[domain] ?? testServers().bundles[domain] ?? '' },
        interceptors: {
          activity: await activityInterceptors({
            isTraced: false,
            faults: createActivityFaults(logger),
          }),
        },
      });
    }),
  );
  const running = workers.map((worker) => worker.run());
  return {
    client: temporal.client,
    queueOf,
    lines,
    callsOf: (activity) => calls.get(activity) ?? 0,
    fail(activity, fault) {
      calls.delete(activity);
      if (fault) faults.set(activity, fault);
      else faults.delete(activity);
    },
    async stop() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await temporal.close();
    },
  };
}

function orderOf({
  orderId,
  buyer,
  sellerAccountId,
  sellerReservoirId,
  currency,
  policy,
}: OrderInput): Order {
  const createdMs = Date.now();
  return {
    orderId,
    buyerAccountId: buyer.accountId,
    sellerAccountId,
    sellerReservoirId,
    currency,
    orderCode: 'ORD-TEST',
    status: 'CREATED',
    version: 1,
    requestedVolumeLiters: 1,
    priceQuoteTotalMinor: 1,
    createdAt: new Date(createdMs).toISOString(),
    nextDeadline: new Date(createdMs + policy.acceptMs).toISOString(),
    acceptedAt: null,
    deliveredAt: null,
    deliveredVolumeLiters: null,
    remindersSent: 0,
    overdueAt: null,
    buyerConfirmation: null,
    sellerConfirmation: null,
    dispute: null,
    resolution: null,
  };
}
