import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { program } from '../../processes/node-process.js';
import { createWorkflows } from '../../api/shared/workflows.js';
import { loadConfig } from '../../config.js';
import { createTemporalClient } from '../../workers/process/temporal-client.js';
import { contextKey } from '../../workers/process/context-key.js';
import { createDatabase, roleScope } from '../../db/connection/database.js';
import { findBreaches } from '../../workers/invariants/check.js';
import {
  acceptOrder,
  orderWorkflowId,
  orderWorkflowType,
  placeOrder,
} from '../../workflows/water/order.contract.js';
import { searchableBy } from '../../workflows/shared/search-attributes.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { eventually } from '../support/timing/eventually.js';
import { anOrder, aSeller } from '../support/water/market.js';
import { connectTestTemporal, type TestTemporal } from '../support/servers/temporal.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

let test: TestDatabase;
let temporal: TestTemporal;
let variables: Record<string, string>;
let children: ReturnType<typeof spawn>[] = [];

beforeEach(async () => {
  [test, temporal] = await Promise.all([createTestDatabase(), connectTestTemporal()]);
  variables = {
    NODE_ENV: 'test',
    SECRET_KEY: randomBytes(48).toString('base64'),
    TASK_QUEUE: `test-${randomUUID()}`,
    DATABASE_URL: test.urls.app,
    DATABASE_RELAY_URL: test.urls.relay,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
  };
  await test.admin.query('update platform.context_keys set key = $1', [
    contextKey(loadConfig(variables)),
  ]);
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await temporal.close();
  await test.drop();
});

/** The composition in a separate process. */
function compose(more: Record<string, string>) {
  const child = spawn(process.execPath, [program, 'test/faults/composition.ts'], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '', ...variables, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const death = once(child, 'exit').then(([, signal]) => signal as unknown);
  return { ready: Promise.race([once(child.stdout, 'data'), death]), death };
}

const breaches = async () => {
  const database = createDatabase({ url: test.urls.admin, contextKey: '', poolMax: 1 });
  try {
    return await findBreaches({
      admin: roleScope(test.admin),
      database,
      temporal: temporal.client,
      limit: 1,
    });
  } finally {
    await database.close();
  }
};

type Look = () => Promise<string[]>;

/**
 * A code is issued, the process dies at the point, and another process goes on; answers a look at
 * the breaches.
 */
async function issueAndDie(planted: string, crashAt: string): Promise<Look> {
  const userId = randomUUID();
  await test.admin.query(
    `insert into identity.users (user_id, email, password_hash, status) values ($1, 'somebody@example.com', 'h', 'PENDING_VERIFICATION')`,
    [userId],
  );
  const doomed = compose({ PART: 'relay', PLANTED: planted, CRASH_AT: crashAt, ISSUE_TO: userId });
  expect(await doomed.death).toBe('SIGKILL');
  await compose({ PART: 'relay', PLANTED: planted }).ready;
  await eventually(async () => {
    const { rows } = await test.admin.query(
      "select 1 from platform.deliveries where state = 'SENT'",
    );
    expect(rows).toHaveLength(1);
  });
  // Orders of other tests are in the namespace, too.
  return async () => (await breaches()).filter((found) => !found.startsWith('I6 an order'));
}

/**
 * An order is accepted, the worker dies at the point, and another worker goes on; answers the same
 * look.
 */
async function acceptAndDie(planted: string, crashAt: string): Promise<Look> {
  const doomed = compose({ PART: 'worker', PLANTED: planted, CRASH_AT: crashAt });
  await doomed.ready;
  const input = anOrder(await aSeller(test.admin));
  // Signed as the composed processes sign.
  const workflows = createWorkflows(
    await createTemporalClient(loadConfig(variables), temporal.connection),
  );
  const taskQueue = variables['TASK_QUEUE'] ?? '';
  await workflows.updateWithStart({
    workflow: orderWorkflowType,
    workflowId: orderWorkflowId(input.orderId),
    taskQueue,
    args: [input],
    typedSearchAttributes: searchableBy('water', input.sellerAccountId),
    update: placeOrder,
    updateArgs: [],
  });
  const actor = { accountId: input.sellerAccountId, principalId: input.sellerAccountId };
  const accepting = workflows.update(
    orderWorkflowId(input.orderId),
    acceptOrder,
    [actor],
    'accepting',
  );
  // The process dies: the test does not ask for the answer.
  accepting.catch(() => undefined);
  expect(await doomed.death).toBe('SIGKILL');
  await compose({ PART: 'worker', PLANTED: planted }).ready;
  await eventually(() =>
    workflows.update(orderWorkflowId(input.orderId), acceptOrder, [actor], 'accepting'),
  );
  return async () => (await breaches()).filter((found) => found.includes(input.orderId));
}

/** Work under way may look broken, but not for long. */
const expectInTheEnd = (look: Look, expected: unknown) =>
  eventually(async () => expect(await look()).toEqual(expected));

describe('a planted bug is found, and what has none passes the same point unharmed:', () => {
  // Without a bug, alone.test.ts passes these points, and finds nothing.
  it.each([['dual write', [expect.stringMatching(/^I4 a code’s delivery: otp\/.*: nothing$/)]]])(
    'a workflow that is started after the commit (%s)',
    async (planted, expected) => {
      await expectInTheEnd(await issueAndDie(planted, 'transaction.after-commit:1'), expected);
    },
  );

  it.each([
    ['mark before send', [expect.stringMatching(/^I4 a code’s delivery: otp\/.*: nothing$/)]],
  ])('an event that is marked before it is sent (%s)', async (planted, expected) => {
    await expectInTheEnd(await issueAndDie(planted, 'relay.before-send:1'), expected);
  });

  it.each([
    ['none', []],
    [
      'no effect key',
      [
        expect.stringMatching(
          /^I7 an order is what its events say: .*: ORDER_ACCEPTED in ACCEPTED$/,
        ),
      ],
    ],
  ])('an effect without a key (%s)', async (planted, expected) => {
    await expectInTheEnd(await acceptAndDie(planted, 'activity.before-answer:2'), expected);
  });
});
