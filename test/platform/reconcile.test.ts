import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createAuditExportActivities } from '../../activities/platform/audit-export.activities.js';
import { createDeadLetterDecisionActivities } from '../../activities/platform/dead-letter-decision.activities.js';
import { createLocalObjectStore } from '../../activities/shared/local-object-store.js';
import { createObjects } from '../../activities/shared/objects.js';
import { openAuditKeys } from '../../workers/audit/audit-keys.js';
import {
  reconciliationOf,
  type WorkflowStandings,
} from '../../workers/maintenance/reconciliation.js';
import { createOrderActivities } from '../../activities/water/order.activities.js';
import { createWorkflows, type Workflows } from '../../api/shared/workflows.js';
import { newId } from '../../db/shared/id.js';
import { createLogger } from '../../workers/observability/logger.js';
import { createMetrics, type Metrics } from '../../workers/observability/metrics/registry.js';
import { domains } from '../../workers/domains.js';
import { createReconciler } from '../../workers/platform/reconcile.task.js';
import { otpWorkflowId } from '../../workflows/identity/otp.contract.js';
import { auditExportWorkflowId } from '../../workflows/platform/audit-export.contract.js';
import { deadLetterDecisionWorkflowId } from '../../workflows/platform/dead-letter-decision.contract.js';
import {
  deviceState,
  deviceWorkflowId,
  telemetryAccepted,
} from '../../workflows/devices/device.contract.js';
import {
  acceptOrder,
  orderVersion,
  orderWorkflowId,
  type OrderInput,
} from '../../workflows/water/order.contract.js';
import { platformTaskQueue } from '../../workflows/platform/maintenance.contract.js';
import {
  attachNewDevice,
  makeReservoir,
  makeSite,
  placeOrder,
  type Actor,
} from '../support/people/actors.js';
import { eventually } from '../support/timing/eventually.js';
import { parseExposition, valueOf } from '../support/http/exposition.js';
import { report } from '../support/holdings/devices.holding.js';
import { requestDecision, requestExport } from '../support/holdings/platform.holding.js';
import { makeShop } from '../support/holdings/water.holding.js';
import { anOrder, aSeller, policy } from '../support/water/market.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';

let dir: string;
let system: TestSystem;
let workflows: Workflows;
let [buyer, seller]: Actor[] = [];
let shop: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'millrace-reconcile-'));
  system = await startTestSystem({ OBJECT_DIR: dir, DEVICE_INTERVAL_MS: '400' });
  workflows = createWorkflows(system.temporal.client);
  [buyer, seller] = await Promise.all([system.signUp('buyer'), system.signUp('seller')]);
  shop = await makeShop(theSeller());
});
afterAll(async () => {
  await system.stop();
  await rm(dir, { recursive: true });
});

function theSeller(): Actor {
  if (!seller) throw new Error('not signed up');
  return seller;
}
function theBuyer(): Actor {
  if (!buyer) throw new Error('not signed up');
  return buyer;
}

interface Line {
  level: string;
  workflow_id: string;
  reason: string;
}
let lines: Line[] = [];
let metrics: Metrics;
beforeEach(() => {
  lines = [];
  metrics = createMetrics();
});

const isUnanswered = ({ reason }: Line): boolean => reason === 'NO_ANSWER';
/**
 * One run of the task, without any grace: nothing else is under way here. Where a workflow of a
 * busy machine did not answer in time the run was incomplete, and is repeated.
 */
async function reconcile(): Promise<void> {
  const logger = createLogger({
    level: 'warn',
    process: 'test',
    destination: { write: (line) => void lines.push(JSON.parse(line) as Line) },
  });
  const resources = { ...system.resources, logger, metrics };
  const task = await createReconciler(
    { resources, domains },
    { rowGraceMs: 0, workflowGraceMs: 0 },
  );
  do {
    lines = lines.filter((line) => !isUnanswered(line));
    await task(() => undefined);
  } while (lines.some(isUnanswered));
}
type Told = [level: 'warn' | 'error', workflowId: string, reason: string];
const told = (): string[] =>
  [
    ...new Set(lines.map(({ level, workflow_id: id, reason }) => `${level} ${id} ${reason}`)),
  ].sort();
/**
 * Runs until the findings are exactly these: Temporal's list of open workflows is a moment behind.
 */
const finds = (...expected: Told[]): Promise<void> =>
  eventually(async () => {
    await reconcile();
    expect(told()).toEqual(expected.map((each) => each.join(' ')).sort());
  });
async function findsNothing(): Promise<void> {
  lines = [];
  await reconcile();
  expect(told()).toEqual([]);
}
const counted = async (kind: string, outcome: string): Promise<number | undefined> =>
  valueOf(parseExposition(await metrics.expose()), 'millrace_reconciled_total', { kind, outcome });
const handleOf = (workflowId: string) => system.temporal.client.workflow.getHandle(workflowId);
const standingOf = async (workflowId: string): Promise<string> =>
  (await handleOf(workflowId).describe()).status.name;
const rowOf = async (orderId: string) =>
  (await system.admin.query('select * from water.orders where order_id = $1', [orderId])).rows[0];

/** As after the loss of Temporal's files: the row is there, and the workflow is unknown. */
async function anOrderAlone(changes: Partial<OrderInput> = {}): Promise<OrderInput> {
  const input = anOrder(await aSeller(system.admin), changes);
  await createOrderActivities({ database: system.database }).placeOrder(input);
  return input;
}

describe('a run', () => {
  it('goes through all pages, restarts what was lost or cut off, and reports what failed; what ended meanwhile is neither', async () => {
    const pages = [[1, 2, 3, 4, 5], [6, 7, 8], [9]];
    const standings = new Map([
      [2, 'MISSING'],
      [4, 'FAILED'],
      [5, 'COMPLETED'],
      [7, 'TIMED_OUT'],
      [9, 'RUNNING'],
    ]);
    const reads = new Map<number, number>();
    const restarted: number[] = [];
    const found: string[] = [];
    const alive: number[] = [];
    const workflows: WorkflowStandings = {
      openAmong: async (ids) => new Set(ids.filter((id) => !standings.has(Number(id)))),
      standingOf: async (id) => standings.get(Number(id)) ?? 'RUNNING',
      openPages: () => {
        throw new Error('nothing here is there before its row');
      },
    };
    const { task: taskOf } = reconciliationOf<number>({
      kind: 'order',
      // Row 5 has ended when the page is read again.
      lists: [
        async (after = 0) => {
          const page = pages.find(([first = 0]) => first > after) ?? [];
          reads.set(after, (reads.get(after) ?? 0) + 1);
          return page.filter((row) => row !== 5 || reads.get(after) === 1);
        },
      ],
      workflowIdOf: String,
      restart: async (row) => void restarted.push(row),
    });
    const task = taskOf({
      workflows,
      workflowGraceMs: 0,
      report: ({ workflowId, outcome, reason }) =>
        void found.push(`${workflowId} ${outcome} ${reason}`),
    });
    await task((seen) => void alive.push(seen));
    expect(found.sort()).toEqual(['2 mended MISSING', '4 apart FAILED', '7 mended TIMED_OUT']);
    expect(restarted).toEqual([2, 7]);
    expect(alive.at(-1)).toBe(9);
  });
});

describe('an order', () => {
  it('whose workflow was terminated has one again, and goes on to its end', async () => {
    const orderId = await placeOrder(theBuyer(), shop);
    const path = (of: Actor) => `/v1/accounts/${of.accountId}/orders/${orderId}`;
    await theSeller().api.post(`${path(theSeller())}/accept`, {});
    const before = await rowOf(orderId);
    await handleOf(orderWorkflowId(orderId)).terminate();

    await finds(['warn', orderWorkflowId(orderId), 'TERMINATED']);
    expect(await counted('order', 'mended')).toBe(1);
    expect(await rowOf(orderId)).toEqual(before);
    for (const each of [theSeller(), theBuyer()])
      await each.api.post(`${path(each)}/confirm-delivery`, { confirmed_volume_liters: 10 });
    expect(await rowOf(orderId)).toMatchObject({ status: 'DELIVERED' });

    await findsNothing();
  });

  it('that was delivered can be disputed again', async () => {
    const orderId = await placeOrder(theBuyer(), shop);
    const path = (of: Actor) => `/v1/accounts/${of.accountId}/orders/${orderId}`;
    await theSeller().api.post(`${path(theSeller())}/accept`, {});
    for (const each of [theSeller(), theBuyer()])
      await each.api.post(`${path(each)}/confirm-delivery`, { confirmed_volume_liters: 10 });
    await handleOf(orderWorkflowId(orderId)).terminate();
    await finds(['warn', orderWorkflowId(orderId), 'TERMINATED']);
    await theBuyer().api.post(`${path(theBuyer())}/dispute`, {});
    expect(await rowOf(orderId)).toMatchObject({ status: 'DISPUTED' });
  });

  it('that Temporal knows nothing of is made from its row, with the deadline that was promised', async () => {
    const input = await anOrderAlone();
    // The order outlasts the run: an order that ends during the look may be ahead of the workflow
    // for a moment.
    const late = await anOrderAlone({ policy: { ...policy, acceptMs: 3_000 } });
    await finds(
      ...[input, late].map(({ orderId }): Told => ['warn', orderWorkflowId(orderId), 'MISSING']),
    );
    const actor = { accountId: input.sellerAccountId, principalId: input.sellerAccountId };
    const accepted = await workflows.update(orderWorkflowId(input.orderId), acceptOrder, [actor]);
    expect(accepted.status).toBe('ACCEPTED');
    await eventually(async () =>
      expect(await rowOf(late.orderId)).toMatchObject({ status: 'EXPIRED' }),
    );
  });

  it('whose row is ahead of its workflow is read by it', async () => {
    const orderId = await placeOrder(theBuyer(), shop);
    await system.admin.query(
      `update water.orders set status = 'ACCEPTED', version = 2, accepted_at = now(), next_deadline = now() + interval '1 day'
       where order_id = $1`,
      [orderId],
    );
    await finds(['warn', orderWorkflowId(orderId), 'BEHIND']);
    expect(await workflows.query(orderWorkflowId(orderId), orderVersion)).toBe(2);
  });

  it('that has ended without its workflow ends it', async () => {
    const orderId = await placeOrder(theBuyer(), shop);
    await system.admin.query(
      `update water.orders set status = 'CANCELLED', version = 2, next_deadline = null where order_id = $1`,
      [orderId],
    );
    await finds(['warn', orderWorkflowId(orderId), 'BEHIND']);
    expect(await handleOf(orderWorkflowId(orderId)).result()).toBe('CANCELLED');
  });

  it('without a row, and one whose workflow has completed too early, are reported and left alone', async () => {
    const orphan = await placeOrder(theBuyer(), shop);
    const early = await placeOrder(theBuyer(), shop);
    await theBuyer().api.post(`/v1/accounts/${theBuyer().accountId}/orders/${early}/cancel`, {});
    await handleOf(orderWorkflowId(early)).result();
    await system.admin.query('delete from water.orders where order_id = $1', [orphan]);
    await system.admin.query("update water.orders set status = 'CREATED' where order_id = $1", [
      early,
    ]);
    await finds(
      ['error', orderWorkflowId(early), 'COMPLETED'],
      ['error', orderWorkflowId(orphan), 'NO_ROW'],
    );
    expect(await counted('order', 'apart')).toBeGreaterThanOrEqual(2);
    expect(await standingOf(orderWorkflowId(early))).toBe('COMPLETED');
    await handleOf(orderWorkflowId(orphan)).terminate();
    await system.admin.query("update water.orders set status = 'CANCELLED' where order_id = $1", [
      early,
    ]);
  });
});

describe('a device', () => {
  it('whose workflow was terminated has one again, which derives, and knows its silence', async () => {
    const owner = theSeller();
    const reservoirId = await makeReservoir(owner, await makeSite(owner));
    const device = await attachNewDevice(await system.platformAdmin(), owner, reservoirId);
    const id = deviceWorkflowId(device.deviceId);
    await report(system, device);
    await eventually(async () =>
      expect((await workflows.query(id, deviceState)).derivedTo).toBe(1),
    );
    await handleOf(id).terminate();

    await finds(['warn', id, 'TERMINATED']);
    await eventually(async () =>
      expect((await workflows.query(id, deviceState)).derivedTo).toBe(1),
    );
    await eventually(async () => {
      const { rows } = await system.admin.query(
        'select connectivity_state as state from devices.devices',
      );
      expect(rows).toEqual([{ state: 'OFFLINE' }]);
    });
  });

  it('whose workflow was not told what the row says it was, is told', async () => {
    const { rows } = await system.admin.query<{ device: string }>(
      `update devices.device_inboxes set accepted_to = 5, signalled_to = 5 where accepted_to = 1 returning device_id as device`,
    );
    const id = deviceWorkflowId(rows[0]?.device ?? '');
    await finds(['warn', id, 'BEHIND']);
    await eventually(async () => expect((await workflows.query(id, deviceState)).seenTo).toBe(5));
    // Under way is not behind: nothing is told twice.
    await workflows.signal(id, telemetryAccepted, [{ acceptedTo: 5 }]);
    await findsNothing();
  });
});

describe('a one-time code', () => {
  it('whose delivery was lost is delivered, once', async () => {
    const { email } = theBuyer();
    const tokenId = newId();
    await system.admin.query('update identity.tokens set revoked_at = now() where used_at is null');
    await system.admin.query(
      `insert into identity.tokens (token_id, user_id, purpose, nonce, expires_at)
       select $1, u.user_id, 'VERIFY_IDENTIFIER', 'nonce', now() + interval '10 minutes' from identity.users u where u.email = $2`,
      [tokenId, email],
    );
    await system.admin.query(
      "insert into identity.token_channels (token_id, channel, position, code_hash) values ($1, 'EMAIL', 0, 'hash')",
      [tokenId],
    );
    await finds(['warn', otpWorkflowId(tokenId), 'MISSING']);
    expect(await handleOf(otpWorkflowId(tokenId)).result()).toBe('SENT');
    const sent = await system.admin.query(
      'select 1 from notifications.mailbox where idempotency_key like $1',
      [`%${tokenId}%`],
    );
    expect(sent.rowCount).toBe(1);
    await findsNothing();
  });
});

describe('a decision on all dead letters', () => {
  it('whose workflow was terminated is carried out, an account’s and the platform’s', async () => {
    const admin = await system.platformAdmin();
    const decisionIds = [
      await requestDecision(theBuyer()),
      await requestDecision(admin, '/v1/internal/dead-letters'),
    ];
    const ids = decisionIds.map(deadLetterDecisionWorkflowId);
    for (const id of ids) {
      await eventually(async () => expect(await standingOf(id)).toBe('RUNNING'));
      await handleOf(id).terminate();
    }
    await finds(...ids.map((id): Told => ['warn', id, 'TERMINATED']));
    expect(await counted('dead-letter-decision', 'mended')).toBeGreaterThanOrEqual(2);
    const { temporal, queueOf, database } = system;
    const activities = createDeadLetterDecisionActivities({ database });
    const worker = await temporal.startWorker('platform', activities, {
      taskQueue: queueOf(platformTaskQueue),
    });
    for (const id of ids) await handleOf(id).result();
    await worker.stop();
    const { rows } = await system.admin.query('select status from platform.dead_letter_decisions');
    expect(rows).toEqual([{ status: 'DONE' }, { status: 'DONE' }]);
  });
});

describe('an export of the audit log', () => {
  it('whose workflow was terminated is written', async () => {
    const exportId = await requestExport(theBuyer());
    const id = auditExportWorkflowId(exportId);
    await eventually(async () => expect(await standingOf(id)).toBe('RUNNING'));
    await handleOf(id).terminate();
    await finds(['warn', id, 'TERMINATED']);
    const { database, config, queueOf, temporal } = system;
    const activities = createAuditExportActivities({
      database,
      keys: openAuditKeys({ config, database }),
      objects: createObjects({
        store: createLocalObjectStore({ dir }),
        database,
      }),
    });
    await temporal.startWorker('platform', activities, { taskQueue: queueOf(platformTaskQueue) });
    await handleOf(id).result();
    const { rows } = await system.admin.query(
      'select status from platform.audit_exports where export_id = $1',
      [exportId],
    );
    expect(rows).toEqual([{ status: 'DONE' }]);
  });
});
