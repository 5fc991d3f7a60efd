import { createOrderActivities } from '../../activities/water/order.activities.js';
import { orderInputs } from '../../activities/water/order.inputs.js';
import { createWorkflows } from '../../api/shared/workflows.js';
import { loadConfig, required } from '../../config.js';
import { issueOtp } from '../../db/identity/code/otp.records.js';
import { deliveryStore, type DeliveryStore } from '../../db/platform/delivery/delivery.store.js';
import { eventStore } from '../../db/platform/delivery/event.store.js';
import { leaseStore } from '../../db/platform/delivery/lease.store.js';
import { armCrashPoint } from '../../db/connection/crash-point.js';
import { createRolePool, platformAccountId, roleScope } from '../../db/connection/database.js';
import { createOtpCodes } from '../../db/secrets/otp-codes.js';
import { changeBy } from '../../workflows/water/order-change.rules.js';
import { orderStore } from '../../db/water/order.store.js';
import {
  otpWorkflowId,
  otpWorkflowType,
  type OtpInput,
} from '../../workflows/identity/otp.contract.js';
import { searchableBy } from '../../workflows/shared/search-attributes.js';
import { createOtpReaction } from '../../workers/identity/otp.reaction.js';
import { createLogger } from '../../workers/observability/logger.js';
import { createMetrics } from '../../workers/observability/metrics/registry.js';
import { startRelay } from '../../workers/relay/relay.js';
import { openResources, type Resources } from '../../workers/process/resources.js';
import {
  createInternalSink,
  internalDefinitions,
  type InternalConsumer,
} from '../../workers/relay/sink.js';
import { startWorker } from '../../workers/process/worker.js';

/**
 * A relay that starts deliveries, or a worker of orders, put together as in production or with one
 * bug: for showing that the bug is found. PLANTED names the bug; ISSUE_TO is a user for a code
 * issued as the process begins.
 */
const {
  PLANTED: planted = 'none',
  PART: part,
  TASK_QUEUE: taskQueue = '',
  ISSUE_TO: userId,
} = process.env;

const config = loadConfig(process.env);
if (config.CRASH_AT !== undefined) armCrashPoint(config.CRASH_AT);
async function startDeliveries({ database, temporal }: Resources): Promise<void> {
  const workflows = createWorkflows(temporal.client);
  const pool = createRolePool(required(config, 'DATABASE_RELAY_URL'));
  const relay = roleScope(pool);
  const deliveries = deliveryStore(relay);
  const leases = leaseStore(relay);
  let leaseNumber = 0;
  const real = [createOtpReaction({ temporal, queueOf: () => taskQueue })];
  const internal = planted === 'dual write' ? real.map(startingNothing) : real;
  startRelay({
    leases: {
      whileHeld: (name, work) =>
        leases.whileHeld(name, (lease) => {
          leaseNumber = lease.number;
          return work(lease);
        }),
    },
    events: eventStore(relay),
    deliveries:
      planted === 'mark before send' ? markingFirst(deliveries, () => leaseNumber) : deliveries,
    database,
    consumers: internalDefinitions(internal),
    sinks: { internal: createInternalSink(internal) },
    logger: createLogger({ level: 'silent', process: 'relay' }),
  });
  if (userId === undefined) return;
  const recipient = { channel: 'EMAIL', identifier: 'somebody@example.com' } as const;
  const tokenId = await database.transaction({ accountId: platformAccountId }, async (scope) => {
    await issueOtp(scope, createOtpCodes('k'), {
      userId,
      purpose: 'VERIFY_IDENTIFIER',
      recipients: [recipient],
    });
    const token = await scope
      .transaction('identity.tokens')
      .where({ userId })
      .first<{ tokenId: string }>('tokenId');
    return token.tokenId;
  });
  if (planted !== 'dual write') return;
  const input: OtpInput = { tokenId, channels: ['EMAIL'], channelBudgetMs: 60_000 };
  await workflows.start({
    workflow: otpWorkflowType,
    workflowId: otpWorkflowId(tokenId),
    taskQueue,
    args: [input],
    typedSearchAttributes: searchableBy('identity'),
  });
}

/** Dual write: the issuer of the code starts the delivery, too, after the commit. */
const startingNothing = ({ name, on }: InternalConsumer): InternalConsumer => ({
  name,
  on: { ...on, OTP_DELIVERY_REQUESTED: () => Promise.resolve() },
});

/** Mark before send: due deliveries look sent already. */
const markingFirst = (deliveries: DeliveryStore, leaseNumber: () => number): DeliveryStore => ({
  ...deliveries,
  async dueLanes(...asked) {
    const lanes = await deliveries.dueLanes(...asked);
    const sent = lanes.map(({ laneId, version, isWhole, deliveries: due }) => ({
      laneId,
      version,
      waitMs: null,
      isDrained: isWhole,
      sent: due.map(({ deliveryId }) => ({ deliveryId })),
    }));
    if (sent.length > 0) await deliveries.settle(sent, leaseNumber());
    return lanes;
  },
  settle: () => Promise.resolve(),
});

async function startOrders(of: Resources): Promise<void> {
  const { database } = of;
  const real = createOrderActivities({ database });
  /** No effect key: a step starts from any state of the row. */
  const keyless: typeof real = {
    ...real,
    async recordTransition(transition) {
      const { before, step, policy, occurredAt } = transition;
      const overtaken = await real.recordTransition(transition);
      if (!overtaken || !step) return overtaken;
      const change = changeBy(before, step, policy, Date.parse(occurredAt));
      const parties = {
        accountId: before.sellerAccountId,
        counterpartAccountId: before.buyerAccountId,
      };
      return database.transaction(parties, (scope) =>
        orderStore(scope).transition(overtaken, step, change, occurredAt),
      );
    },
  };
  const activities = planted === 'no effect key' ? keyless : real;
  await startWorker(of, { domain: 'water', taskQueue, activities, inputs: orderInputs });
}

const resources = await openResources(
  config,
  createLogger({ level: 'silent', process: 'composition' }),
  createMetrics(),
);
await (part === 'worker' ? startOrders(resources) : startDeliveries(resources));
console.log('ready');
