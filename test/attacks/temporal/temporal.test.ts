/** Tells of: order-step.rules. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Client,
  WorkflowFailedError,
  type WorkflowClientInterceptor,
  type WorkflowUpdateFailedError,
} from '@temporalio/client';
import { defaultPayloadConverter, type ApplicationFailure } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { inviteInputs } from '../../../activities/identity/invite.inputs.js';
import { noticeInputs } from '../../../activities/identity/notice.inputs.js';
import { otpInputs } from '../../../activities/identity/otp.inputs.js';
import { auditExportInputs } from '../../../activities/platform/audit-export.inputs.js';
import { deadLetterDecisionInputs } from '../../../activities/platform/dead-letter-decision.inputs.js';
import { maintenanceInputs } from '../../../activities/platform/maintenance.inputs.js';
import type { Inputs } from '../../../activities/shared/input.js';
import { deviceInputs } from '../../../activities/devices/device.inputs.js';
import { createOrderActivities } from '../../../activities/water/order.activities.js';
import { orderInputs } from '../../../activities/water/order.inputs.js';
import { createWorkflows } from '../../../api/shared/workflows.js';
import { loadConfig } from '../../../config.js';
import { contextKey } from '../../../workers/process/context-key.js';
import {
  createActorSignatures,
  type ActorSignatures,
} from '../../../workers/signing/actor-signature.js';
import { createLogger } from '../../../workers/observability/logger.js';
import { createProcessMetrics } from '../../../workers/process/process-metrics.js';
import type { Part } from '../../../processes/part.js';
import { openDatabase } from '../../../workers/process/signed-database.js';
import type { Resources } from '../../../workers/process/resources.js';
import { makeSchedules, scheduleOf } from '../../support/system/schedules.js';
import {
  actingTypes,
  createStartSignatures,
  startedTypes,
  type StartSignatures,
} from '../../../workers/signing/start-signature.js';
import { createTemporalClient } from '../../../workers/process/temporal-client.js';
import { startWorker } from '../../../workers/process/worker.js';
import {
  closeOtp,
  identityTaskQueue,
  otpWorkflowId,
  otpWorkflowType,
} from '../../../workflows/identity/otp.contract.js';
import {
  platformTaskQueue,
  scheduleIdOf,
} from '../../../workflows/platform/maintenance.contract.js';
import { auditExportWorkflowType } from '../../../workflows/platform/audit-export.contract.js';
import {
  actorSignatureHeader,
  startSignatureHeader,
} from '../../../workflows/shared/propagation.js';
import type { SignedStart } from '../../../workflows/shared/start.js';
import {
  deviceTaskQueue,
  attachDevice,
  detachDevice,
  deviceWorkflowType,
  startOfDevice,
  telemetryAccepted,
} from '../../../workflows/devices/device.contract.js';
import {
  orderTaskQueue,
  acceptOrder,
  cancelOrder,
  confirmDelivery,
  disputeOrder,
  orderWorkflowId,
  orderWorkflowType,
  placeOrder,
  rejectOrder,
  resolveOrder,
  startOfOrder,
  type Order,
  type OrderInput,
  type Resolution,
} from '../../../workflows/water/order.contract.js';
import type {
  OrderStep,
  OrderTransition,
} from '../../../workflows/water/order-transition.contract.js';
import { callOf } from '../../../workflows/water/order-step.rules.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { aDevice, aReservoir } from '../../support/devices/device.js';
import { eventually } from '../../support/timing/eventually.js';
import { anOrder, aSeller, policy } from '../../support/water/market.js';
import { connectTestTemporal, type TestTemporal } from '../../support/servers/temporal.js';
import { queuesOf } from '../../support/system/queues.js';
import { domains, workerStarts } from '../../../workers/domains.js';
import { timetableOf } from '../../../workers/shared/timetable.js';
import { ourSchemas } from '../../support/servers/schemas.js';
import type { StrangerCall, Told } from './stranger.js';

const queueOf = queuesOf();
const queues = {
  identity: queueOf(identityTaskQueue),
  platform: queueOf(platformTaskQueue),
  telemetry: queueOf(deviceTaskQueue),
  water: queueOf(orderTaskQueue),
};
/** Every activity of every worker, by queue. */
const declared: readonly (readonly [string, object])[] = [
  [queues.identity, inviteInputs],
  [queues.identity, noticeInputs],
  [queues.identity, otpInputs],
  [queues.platform, auditExportInputs],
  [queues.platform, deadLetterDecisionInputs],
  [queues.platform, maintenanceInputs],
  [queues.telemetry, deviceInputs],
  [queues.water, orderInputs],
];
const activities = declared.flatMap(([queue, inputs]) =>
  Object.entries(inputs as Inputs).map(([name, input]) => ({ name, queue, input })),
);
const strangersQueue = queueOf('stranger');
const folder = await mkdtemp(join(tmpdir(), 'stranger-'));

let test: TestDatabase;
let temporal: TestTemporal;
let resources: Resources;
let signatures: StartSignatures;
let actors: ActorSignatures;
const parts: Part[] = [];

beforeAll(async () => {
  [test, temporal] = await Promise.all([createTestDatabase(), connectTestTemporal()]);
  const config = loadConfig({
    NODE_ENV: 'test',
    SECRET_KEY: randomBytes(48).toString('base64'),
    OBJECT_DIR: folder,
    DATABASE_URL: test.urls.app,
    DATABASE_RELAY_URL: test.urls.relay,
    DATABASE_INGEST_URL: test.urls.ingest,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
  });
  await test.admin.query('update platform.context_keys set key = $1', [contextKey(config)]);
  const { connection } = temporal;
  const database = await openDatabase(config, test.urls.app);
  signatures = createStartSignatures(config);
  actors = createActorSignatures(config);
  resources = {
    config,
    database,
    metrics: createProcessMetrics(),
    logger: createLogger({ level: 'silent', process: 'test' }),
    temporal: { connection, client: await createTemporalClient(config, connection) },
    queueOf,
    close: () => database.close(),
  };
  // As left by the version before: without a signature.
  await makeSchedules(temporal.client, queues.platform, timetableOf(domains));
  // The schedule would note a witness in the midst of an attack, while every row is to stay
  // unchanged.
  await scheduleOf(temporal.client, queues.platform, 'sign-audit-witness').pause();
  const workers = await workerStarts();
  parts.push(
    ...(await Promise.all(workers.map((start) => start(resources, domains)))),
    await startStranger(),
  );
});
afterAll(async () => {
  await makeSchedules(temporal.client, queues.platform, {});
  for (const part of parts) await part.stop();
  await resources.close();
  await temporal.close();
  await test.drop();
  await rm(folder, { recursive: true });
});

/** A stranger's worker, with workflows called as ours are. */
async function startStranger(): Promise<Part> {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const { code } = await bundleWorkflowCode({
    workflowsPath: path('./stranger.ts'),
    workflowInterceptorModules: [path('../../../workflows/shared/propagation.ts')],
    logger: new DefaultLogger('ERROR'),
  });
  const codePath = join(folder, 'stranger.js');
  await writeFile(codePath, code);
  const { connection, namespace } = temporal;
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: strangersQueue,
    workflowBundle: { codePath },
  });
  const running = worker.run();
  return {
    stop: async () => {
      worker.shutdown();
      await running;
    },
  };
}

interface Forged {
  /** In place of the start's signature. */
  signature?: string | undefined;
  /** In place of the actor's signature. */
  actor?: string | undefined;
}
const refusedMetric = (activity: string, reason: string): RegExp =>
  new RegExp(
    `millrace_activities_refused_total\\{activity="${activity}",reason="${reason}"\\} [1-9]`,
  );

/** The same value with one leaf changed or left out, for each leaf. */
function otherwise(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null)
    return [typeof value === 'number' ? value + 1 : `${String(value)}0`];
  const entries = Object.entries(value);
  return entries.flatMap(([name, part]) => {
    const others: unknown[] = otherwise(part).map((other) => ({ ...value, [name]: other }));
    if (!Array.isArray(value))
      others.push(Object.fromEntries(entries.filter(([other]) => other !== name)));
    return others.map((other) => (Array.isArray(value) ? Object.values(other as object) : other));
  });
}

/** Signs nothing, or puts the given signature into a start or an update. */
function strangersClient({ signature, actor }: Forged = {}): Client {
  const { connection, namespace } = temporal;
  const headers = {
    ...(signature === undefined
      ? {}
      : { [startSignatureHeader]: defaultPayloadConverter.toPayload(signature) }),
    ...(actor === undefined
      ? {}
      : { [actorSignatureHeader]: defaultPayloadConverter.toPayload(actor) }),
  };
  const putting: WorkflowClientInterceptor = {
    startWithDetails: (input, next) => next({ ...input, headers }),
    startUpdate: (input, next) => next({ ...input, headers }),
  };
  return new Client({ connection, namespace, interceptors: { workflow: [putting] } });
}

/** Under the type and the id of the given start, with the activities' inputs from the stranger. */
async function call(
  start: Pick<SignedStart, 'type' | 'id'>,
  calls: StrangerCall[],
  { runs = 1, ...forged }: Forged & { runs?: number } = {},
): Promise<Told[]> {
  return strangersClient(forged).workflow.execute(start.type, {
    workflowId: start.id,
    taskQueue: strangersQueue,
    args: [null, calls, runs],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowExecutionTimeout: '60s',
  }) as Promise<Told[]>;
}

/** An update from anybody who reaches Temporal; answers the type of the refusal. */
const answerTo = async (
  client: Client,
  workflowId: string,
  name: string,
  ...args: unknown[]
): Promise<unknown> =>
  client.workflow
    .getHandle(workflowId)
    .executeUpdate<unknown, [unknown]>(name, { args: args as [unknown] })
    .catch((error: WorkflowUpdateFailedError) => (error.cause as ApplicationFailure).type);

/** As the API places an order. */
const placing = (input: OrderInput) => ({
  workflow: orderWorkflowType,
  workflowId: orderWorkflowId(input.orderId),
  taskQueue: queues.water,
  args: [input],
  update: placeOrder,
  updateArgs: [] as [],
});

/** Every row of every table of ours, but for the stamps of this process's schedules. */
async function content(): Promise<string> {
  const { rows: tables } = await test.admin.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in (${ourSchemas}) and c.relkind = 'r' and c.relname <> 'schedule_heartbeats'`,
  );
  const digests = tables.map(
    ({ name }) => `(select md5(string_agg(t::text, ',' order by t::text)) from ${name} t)`,
  );
  const { rows } = await test.admin.query<{ digest: string }>(
    `select array_to_string(array[${digests.join(', ')}], ',') as digest`,
  );
  return rows[0]?.digest ?? '';
}

let before: string;
beforeEach(async () => {
  before = await content();
});

const metacharacters = [
  "', true); rollback; begin; select set_config('a.b', '",
  '";--',
  '\\',
  '$$',
  '%s',
  '\n',
];
/**
 * Copies of a value with each text spoiled, one at a time: by a quote, and by another of the texts
 * in turn.
 */
function spoiled(value: unknown, place = { text: 0 }): unknown[] {
  if (typeof value === 'string')
    return ["'", metacharacters[place.text++ % metacharacters.length]].map((by) => value + by);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    spoiled(part, place).map((other): unknown =>
      Array.isArray(value)
        ? value.map((each: unknown, index) => (String(index) === name ? other : each))
        : { ...value, [name]: other },
    ),
  );
}

describe('the input of an activity', () => {
  it('is declared for all of them, and these are all', () => {
    const root = fileURLToPath(new URL('../../../activities', import.meta.url));
    const files = readdirSync(root, { recursive: true }).filter((name) =>
      String(name).endsWith('.inputs.ts'),
    );
    expect(files).toHaveLength(declared.length);
    expect(activities.length).toBeGreaterThanOrEqual(14);
  });

  it('is what lets a worker start with an activity', async () => {
    const parts = {
      domain: 'identity',
      taskQueue: queues.identity,
      activities: { undeclared: () => 0 },
    } as const;
    await expect(startWorker(resources, { ...parts, inputs: {} as never })).rejects.toThrow(
      'undeclared',
    );
  });

  it.each(activities)(
    '$name is refused with a quote or the like in any of its texts',
    async ({ name, queue, input }) => {
      const start = input.startOf(input.example, queue);
      const signature = signatures.sign(start);
      const hostile = spoiled(input.example) as unknown[][];
      expect(hostile.length).toBeGreaterThan(1);
      const calls = hostile.map((args) => ({ activity: name, args, taskQueue: queue }));
      const told = await call(start, calls, { signature });
      expect(
        told.filter(
          ({ type, message }) => type !== 'INPUT_REFUSED' || !message.includes('argument'),
        ),
      ).toEqual([]);
      expect(told).toHaveLength(hostile.length);
      expect(await content()).toBe(before);
    },
  );

  it.each(activities)(
    '$name is refused with a field or an argument more',
    async ({ name, queue, input }) => {
      const start = input.startOf(input.example, queue);
      const [first, ...rest] = input.example as unknown[];
      const more =
        typeof first === 'object'
          ? [{ ...first, more: 1 }, ...rest]
          : [...(input.example as unknown[]), 1];
      const [told] = await call(start, [{ activity: name, args: more, taskQueue: queue }], {
        signature: signatures.sign(start),
      });
      expect(told?.type).toBe('INPUT_REFUSED');
    },
  );
});

describe('an activity of a workflow', () => {
  it.each(activities)(
    '$name is refused where nobody signed the start',
    async ({ name, queue, input }) => {
      const start = input.startOf(input.example, queue);
      const asked = [{ activity: name, args: input.example, taskQueue: queue }];
      expect((await call(start, asked))[0]?.type).toBe('START_NOT_SIGNED');
      const others = [
        { ...start, id: `${start.id}0` },
        { ...start, type: 'other' },
        { ...start, accounts: [randomUUID()] },
      ];
      const forged = [...others.map(signatures.sign), '', signatures.sign(start).slice(1)];
      for (const signature of forged)
        expect((await call(start, asked, { signature }))[0]?.type).toBe('START_NOT_SIGNED');
      expect(await content()).toBe(before);
    },
  );

  it.each(activities)(
    '$name is refused in a workflow of another id or type',
    async ({ name, queue, input }) => {
      const start = input.startOf(input.example, queue);
      const asked = [{ activity: name, args: input.example, taskQueue: queue }];
      const signature = signatures.sign(start);
      const type = start.type === otpWorkflowType ? auditExportWorkflowType : otpWorkflowType;
      for (const other of [
        { ...start, id: `${start.id}-2` },
        { ...start, type },
      ])
        expect((await call(other, asked, { signature }))[0]).toMatchObject({
          type: 'INPUT_REFUSED',
        });
      expect(await content()).toBe(before);
    },
  );

  const acting = activities.filter(({ input }) => input.callOf);

  it('is told who acts by an update or its start, wherever it is told of a person', () => {
    const ofPersons = activities.filter(({ input }) =>
      JSON.stringify(input.example).includes('rincipalId'),
    );
    expect(ofPersons.map(({ name }) => name)).toEqual(acting.map(({ name }) => name));
    expect(acting.length).toBeGreaterThanOrEqual(4);
    expect(acting.map(({ input, queue }) => input.startOf(input.example, queue).type)).toEqual(
      expect.arrayContaining([...actingTypes]),
    );
  });

  it.each(acting)(
    '$name is refused for a call that nobody signed, or another',
    async ({ name, queue, input }) => {
      const start = input.startOf(input.example, queue);
      const asking = input.callOf?.(input.example);
      if (!asking) throw new Error(`nobody acts in the example of ${name}`);
      const asked = [{ activity: name, args: input.example, taskQueue: queue }];
      const signature = signatures.sign(start);
      const others = [
        { name: 'other', args: asking.args },
        ...otherwise(asking.args).map((args) => ({ name: asking.name, args: args as unknown[] })),
        { name: asking.name, args: [...asking.args, null] },
      ].map((other) => actors.sign(start.id, other));
      for (const forged of [
        undefined,
        '',
        signature,
        actors.sign(`${start.id}0`, asking),
        ...others,
      ])
        expect((await call(start, asked, { signature, actor: forged }))[0]?.type).toBe(
          'ACTOR_NOT_SIGNED',
        );
      expect(await content()).toBe(before);
      const [told] = await call(start, asked, { signature, actor: actors.sign(start.id, asking) });
      expect(told?.type).toMatch(/^(?!ACTOR|START|INPUT)/);
    },
  );

  it('runs where its start was signed, also when the workflow was continued as new', async () => {
    const start = startOfDevice({ deviceId: 'B43A4536C83C' });
    const asked = [
      { activity: 'readSight', args: [{ deviceId: 'B43A4536C83C' }], taskQueue: queues.telemetry },
    ];
    const signature = signatures.sign(start);
    const [first] = await call(start, asked, { signature });
    const [third] = await call(start, asked, { signature, runs: 3 });
    expect([first?.type, third?.type]).not.toContain('START_NOT_SIGNED');
    expect(third).toEqual(first);
    expect((await call(start, asked, { runs: 3 }))[0]?.type).toBe('START_NOT_SIGNED');
  });

  it('counts what it refuses', async () => {
    const exposed = await resources.metrics.expose();
    for (const reason of ['START_NOT_SIGNED', 'INPUT_REFUSED'])
      expect(exposed).toMatch(refusedMetric('sendOtp', reason));
  });
});

describe('a workflow of ours', () => {
  it('is not started by our own clients as another than its input says, nor if it is none of ours', async () => {
    const { workflow } = resources.temporal.client;
    const options = { taskQueue: queues.identity, args: [{ tokenId: randomUUID() }] };
    await expect(
      workflow.start(otpWorkflowType, { ...options, workflowId: 'otp/x' }),
    ).rejects.toThrow('its input is of');
    await expect(workflow.start('other', { ...options, workflowId: 'x' })).rejects.toThrow(
      'not among those',
    );
  });

  it('obeys a person only by an update that our own client has signed for them', async () => {
    const deviceId = '7F00D1CE7F00';
    const start = startOfDevice({ deviceId });
    const request = { accountId: randomUUID(), principalId: randomUUID() };
    const { workflow } = resources.temporal.client;
    const running = await workflow.start(start.type, {
      workflowId: start.id,
      taskQueue: queues.telemetry,
      args: [{ deviceId, defaultIntervalMs: 900_000 }],
    });
    const updates = [
      [
        attachDevice,
        { ...request, reservoirId: randomUUID(), commandId: randomUUID() },
        'RESOURCE_NOT_FOUND',
      ],
      [detachDevice, { ...request, commandId: randomUUID() }, 'DEVICE_NOT_PAIRED'],
    ] as const;
    for (const [{ name }, asked, refusal] of updates) {
      expect(await answerTo(strangersClient(), start.id, name, asked)).toBe('ACTOR_NOT_SIGNED');
      expect(await content()).toBe(before);
      expect(await answerTo(resources.temporal.client, start.id, name, asked)).toBe(refusal);
    }
    await running.terminate();
  });

  it('takes every step that is asked of an order by an update of ours', async () => {
    const workflows = createWorkflows(resources.temporal.client);
    const noteId = null;
    const confirmation = {
      confirmedVolumeLiters: 99.5,
      confirmedDeliveryAt: '2026-03-01T08:30:00.000Z',
      noteId,
    };
    const resolution = {
      outcome: 'NOT_DELIVERED',
      deliveredVolumeLiters: null,
      evidenceEventIds: [randomUUID()],
    };
    for (const actions of [
      ['reject'],
      ['cancel'],
      ['accept', 'confirm', 'dispute', 'resolve'],
    ] as const) {
      const input = anOrder(await aSeller(test.admin));
      const { id } = startOfOrder(
        input.orderId,
        input.buyer.accountId,
        input.sellerAccountId,
        input.policy,
      );
      await workflows.updateWithStart(placing(input));
      const seller = { accountId: input.sellerAccountId, principalId: randomUUID() };
      const steps = {
        accept: () => workflows.update(id, acceptOrder, [seller]),
        reject: () => workflows.update(id, rejectOrder, [seller]),
        cancel: () => workflows.update(id, cancelOrder, [input.buyer]),
        confirm: () => workflows.update(id, confirmDelivery, [seller, confirmation]),
        dispute: () => workflows.update(id, disputeOrder, [input.buyer, { noteId }]),
        resolve: () =>
          workflows.update(id, resolveOrder, [
            { principalId: randomUUID() },
            resolution as Resolution,
          ]),
      };
      const states: string[] = [];
      for (const action of actions) states.push((await steps[action]()).status);
      const ends = {
        reject: 'REJECTED',
        cancel: 'CANCELLED',
        accept: 'ACCEPTED,ACCEPTED,DISPUTED,RESOLVED',
      };
      expect(states.join()).toBe(ends[actions[0]]);
    }
  });

  it.each(startedTypes)('%s writes nothing when a stranger starts it', async (type) => {
    const found = activities.find(
      ({ input, queue }) => input.startOf(input.example, queue).type === type,
    );
    if (!found) throw new Error(`no activity belongs to ${type}`);
    const start = found.input.startOf(found.input.example, found.queue);
    const inputs: Record<string, unknown> = {
      otpWorkflow: {
        tokenId: start.id.slice('otp/'.length),
        channels: ['EMAIL'],
        channelBudgetMs: 5_000,
      },
      inviteWorkflow: { inviteId: start.id.slice('invite/'.length), messageBudgetMs: 5_000 },
      noticeWorkflow: { eventId: start.id.slice('notice/'.length), messageBudgetMs: 5_000 },
      maintenanceWorkflow: { task: 'purge-mailbox' },
      deviceWorkflow: { deviceId: 'B43A4536C83C', defaultIntervalMs: 900_000 },
    };
    const handle = await strangersClient().workflow.signalWithStart(type, {
      workflowId: start.id,
      taskQueue: found.queue,
      args: [inputs[type] ?? found.input.example[0]],
      signal: telemetryAccepted,
      signalArgs: [{ acceptedTo: 1 }],
      workflowExecutionTimeout: '30s',
    });
    await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
    expect(await content()).toBe(before);
  });

  it('makes nobody a platform admin by an account id that is a text of SQL', async () => {
    const accountId = `x', true); rollback; create table public.taken (); begin; select set_config('a.b', '`;
    const handle = await strangersClient().workflow.start(auditExportWorkflowType, {
      workflowId: `audit-export/${randomUUID()}`,
      taskQueue: queues.platform,
      args: [{ exportId: 'y', accountId }],
    });
    await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
    expect((await test.admin.query("select to_regclass('public.taken') as taken")).rows).toEqual([
      { taken: null },
    ]);
    expect(await content()).toBe(before);
  });

  it('runs by its schedule, also where the version before made that without a signature', async () => {
    const client = resources.temporal.client.schedule;
    const task = 'purge-effects';
    await client.getHandle(scheduleIdOf(queues.platform, task)).trigger();
    await eventually(async () => {
      const { rows } = await test.admin.query(
        'select last_outcome from platform.schedule_heartbeats where schedule_id = $1',
        [task],
      );
      expect(rows).toEqual([{ last_outcome: 'SUCCEEDED' }]);
    });
  });
});

describe('a signature that was copied from a history', () => {
  it('of an acceptance confirms no delivery in the name of the seller', async () => {
    const input = anOrder(await aSeller(test.admin));
    const { id } = startOfOrder(
      input.orderId,
      input.buyer.accountId,
      input.sellerAccountId,
      input.policy,
    );
    const workflows = createWorkflows(resources.temporal.client);
    await workflows.updateWithStart(placing(input));
    const seller = { accountId: input.sellerAccountId, principalId: randomUUID() };
    await workflows.update(id, acceptOrder, [seller]);
    before = await content();
    const copied = actors.sign(id, { name: acceptOrder.name, args: [seller] });
    const confirmation = { confirmedVolumeLiters: 100, confirmedDeliveryAt: null, noteId: null };
    const stranger = strangersClient({ actor: copied });
    expect(await answerTo(stranger, id, confirmDelivery.name, seller, confirmation)).toBe(
      'ACTOR_NOT_SIGNED',
    );
    expect(await content()).toBe(before);
    await temporal.client.workflow.getHandle(id).terminate();
  });

  it('of an attachment neither detaches, nor attaches to another reservoir, nor attaches again', async () => {
    const { deviceId, accountId, reservoirId } = await aDevice(test, { isAttached: false });
    const start = startOfDevice({ deviceId });
    const principalId = randomUUID();
    const by = async () => ({
      accountId,
      principalId,
      commandId: await aCommand(accountId, principalId),
    });
    const request = { ...(await by()), reservoirId };
    const workflows = createWorkflows(resources.temporal.client);
    const attached = await workflows.updateWithStart({
      workflow: deviceWorkflowType,
      workflowId: start.id,
      taskQueue: queues.telemetry,
      args: [{ deviceId, defaultIntervalMs: 900_000 }],
      update: attachDevice,
      updateArgs: [request],
    });
    before = await content();
    const stranger = strangersClient({
      actor: actors.sign(start.id, { name: attachDevice.name, args: [request] }),
    });
    const { reservoirId: _where, ...same } = request;
    expect(await answerTo(stranger, start.id, detachDevice.name, same)).toBe('ACTOR_NOT_SIGNED');
    expect(await content()).toBe(before);

    await workflows.update(start.id, detachDevice, [await by()]);
    const other = await aReservoir(test, accountId);
    before = await content();
    const elsewhere = { ...request, reservoirId: other.reservoirId };
    expect(await answerTo(stranger, start.id, attachDevice.name, elsewhere)).toBe(
      'ACTOR_NOT_SIGNED',
    );
    expect(await content()).toBe(before);
    expect(await answerTo(stranger, start.id, attachDevice.name, request)).toEqual(attached);
    expect(await content()).toBe(before);
    await temporal.client.workflow.getHandle(start.id).terminate();
  });

  it('of a command that nobody gave, or that was forgotten, takes no effect', async () => {
    const { deviceId, accountId, reservoirId } = await aDevice(test, { isAttached: false });
    const start = startOfDevice({ deviceId });
    const request = { accountId, reservoirId, principalId: randomUUID(), commandId: randomUUID() };
    before = await content();
    const [told] = await call(
      start,
      [{ activity: 'attach', args: [{ deviceId, ...request }], taskQueue: queues.telemetry }],
      {
        signature: signatures.sign(start),
        actor: actors.sign(start.id, { name: attachDevice.name, args: [request] }),
      },
    );
    expect(told?.type).toBe('COMMAND_IS_OVER');
    expect(await resources.metrics.expose()).toMatch(refusedMetric('attach', 'COMMAND_IS_OVER'));
    expect(await content()).toBe(before);
  });

  /** As the API writes the command down before asking for the update. */
  async function aCommand(accountId: string, principalId: string): Promise<string> {
    const commandId = randomUUID();
    await test.admin.query(
      `insert into platform.commands (account_id, command_id, principal_id, route, action, subject_type, lease_until, expires_at)
       values ($1, $2, $3, 'POST /', 'device.attach', 'device', now() + interval '1 day', now() + interval '1 day')`,
      [accountId, commandId, principalId],
    );
    return commandId;
  }
});

describe('whoever answers the tasks of an order in place of our workers', () => {
  const longAgo = '2020-01-01T00:00:00.000Z';
  const confirmation = { confirmedVolumeLiters: 100, confirmedDeliveryAt: null, noteId: null };
  const resolve: OrderStep = {
    action: 'resolve',
    actor: { principalId: randomUUID() },
    resolution: { outcome: 'DELIVERED', deliveredVolumeLiters: 1, evidenceEventIds: [] },
  };
  const accept = ({ sellerAccountId }: Order): OrderStep => ({
    action: 'accept',
    actor: { accountId: sellerAccountId, principalId: sellerAccountId },
  });
  const now = (): string => new Date().toISOString();
  const orders = () => createOrderActivities({ database: resources.database });

  async function aPlacedOrder(): Promise<Order> {
    const order = await orders().placeOrder(anOrder(await aSeller(test.admin)));
    before = await content();
    return order;
  }
  async function anAcceptedOrder(): Promise<Order> {
    const order = await aPlacedOrder();
    await orders().recordTransition({
      before: order,
      step: accept(order),
      policy,
      occurredAt: now(),
    });
    before = await content();
    const row = await orders().recordTransition({
      before: order,
      step: null,
      policy,
      occurredAt: now(),
    });
    if (!row) throw new Error('an order that was placed has no row');
    return row;
  }
  /**
   * With the start's signature from the order's history, and the signature of the update of a
   * person's step.
   */
  async function attempt(transition: OrderTransition, signed = transition.step): Promise<Told> {
    const { orderId, buyerAccountId, sellerAccountId } = transition.before;
    const start = startOfOrder(orderId, buyerAccountId, sellerAccountId, policy);
    const update = signed ? callOf(signed) : undefined;
    const actor = update && actors.sign(start.id, update);
    const asked = [{ activity: 'recordTransition', args: [transition], taskQueue: queues.water }];
    const [told] = await call(start, asked, { signature: signatures.sign(start), actor });
    expect(await content()).toBe(before);
    return told ?? { type: 'nothing', message: '' };
  }
  const transition = (
    order: Order,
    step: OrderStep,
    changes: Partial<OrderTransition> = {},
  ): OrderTransition => ({
    before: order,
    step,
    policy,
    occurredAt: now(),
    ...changes,
  });

  it('takes no step of a person by the signature of another', async () => {
    const order = await aPlacedOrder();
    const { actor } = accept(order) as Extract<OrderStep, { action: 'accept' }>;
    const told = await attempt(transition(order, { action: 'reject', actor }), accept(order));
    expect(told.type).toBe('ACTOR_NOT_SIGNED');
    const accepted = await anAcceptedOrder();
    const confirm = (liters: number): OrderStep => ({
      action: 'confirm-delivery',
      actor: { accountId: accepted.buyerAccountId, principalId: accepted.buyerAccountId },
      confirmation: { ...confirmation, confirmedVolumeLiters: liters },
    });
    expect((await attempt(transition(accepted, confirm(1)), confirm(100))).type).toBe(
      'ACTOR_NOT_SIGNED',
    );
  });

  it('takes no step as if its time had come', async () => {
    const order = await aPlacedOrder();
    const early = ['expire', 'remind', 'report-overdue', 'dispute-overdue'] as const;
    for (const action of early)
      expect((await attempt(transition(order, { action }))).message).toContain('not time');
    const accepted = await anAcceptedOrder();
    for (const action of early)
      expect((await attempt(transition(accepted, { action }))).message).toContain('not time');
    const hereafter = { occurredAt: '2100-01-01T00:00:00.000Z' };
    expect(
      (await attempt(transition(accepted, { action: 'remind' }, hereafter))).message,
    ).toContain('not time');
  });

  it('takes no step by other deadlines than the order was started with', async () => {
    const order = await aPlacedOrder();
    const told = await attempt(
      transition(order, { action: 'expire' }, { policy: { ...policy, acceptMs: 0 } }),
    );
    expect(told.type).toBe('START_NOT_SIGNED');
  });

  it('moves no row that is not as it says', async () => {
    const order = await aPlacedOrder();
    const old = { ...order, createdAt: longAgo };
    expect((await attempt(transition(old, { action: 'expire' }))).type).toBe('DONE');
    const accepted = await anAcceptedOrder();
    const overdue = { ...accepted, acceptedAt: longAgo, overdueAt: longAgo };
    expect((await attempt(transition(overdue, { action: 'dispute-overdue' }))).type).toBe('DONE');
    const forged = { ...confirmation, confirmedAt: longAgo, confirmedBy: randomUUID() };
    const confirmed = { ...accepted, sellerConfirmation: forged };
    const confirm: OrderStep = {
      action: 'confirm-delivery',
      actor: { accountId: accepted.buyerAccountId, principalId: randomUUID() },
      confirmation,
    };
    expect((await attempt(transition(confirmed, confirm))).type).toBe('DONE');
    const disputed: Order = {
      ...accepted,
      status: 'DISPUTED',
      dispute: { reason: 'OVERDUE', openedAt: longAgo, openedBy: null, noteId: null },
    };
    expect((await attempt(transition(disputed, resolve))).type).toBe('DONE');
  });

  it('takes no step that the order does not allow, nor dates one before the order', async () => {
    const order = await aPlacedOrder();
    expect((await attempt(transition(order, resolve))).type).toBe('INVALID_ORDER_STATE');
    expect((await attempt(transition(order, accept(order), { occurredAt: longAgo }))).type).toBe(
      'STEP_REFUSED',
    );
    expect(await resources.metrics.expose()).toMatch(
      refusedMetric('recordTransition', 'STEP_REFUSED'),
    );
  });
});

describe('a workflow of the version before', () => {
  const startUnsigned = async () => {
    const tokenId = randomUUID();
    const args = [{ tokenId, channels: [], channelBudgetMs: 5_000 }];
    const options = { workflowId: otpWorkflowId(tokenId), taskQueue: queues.identity, args };
    return strangersClient().workflow.start(otpWorkflowType, options);
  };
  const letThroughUntil = (moment: string) =>
    test.admin.query(`update platform.unsigned_starts set until = ${moment}`);

  it('goes on when it was started before starts were signed, and one that is started later does not', async () => {
    const old = await startUnsigned();
    await old.signal(closeOtp, 'USED');
    await expect(old.result()).rejects.toThrow(WorkflowFailedError);
    await letThroughUntil("now() + interval '1 hour'");
    const known = await startUnsigned();
    expect(await known.result()).toBe('FAILED');
    await letThroughUntil("now() - interval '1 hour'");
    await expect((await startUnsigned()).result()).rejects.toThrow(WorkflowFailedError);
    await letThroughUntil("'-infinity'");
  });
});
