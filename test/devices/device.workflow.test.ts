/** Tells of: device.rules, measured-reservoir.store. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import type pg from 'pg';
import { measuredKinds } from '../support/devices/measured-kinds.js';
import {
  createDeviceActivities,
  type DeviceActivities,
} from '../../activities/devices/device.activities.js';
import { createWorkflows, type Workflows } from '../../api/shared/workflows.js';
import {
  createDatabase,
  createRolePool,
  roleScope,
  type Database,
} from '../../db/connection/database.js';
import { newId } from '../../db/shared/id.js';
import { telemetryInbox } from '../../db/devices/telemetry.inbox.js';
import { asFailure } from '../../workflows/shared/failure.js';
import {
  attachDevice,
  detachDevice,
  deviceState,
  deviceWorkflowId,
  deviceWorkflowType,
  searchableDevice,
  telemetryAccepted,
} from '../../workflows/devices/device.contract.js';
import { signalsPerRun } from '../../workflows/devices/device.rules.js';
import { parseTelemetry } from '../../workflows/devices/telemetry.rules.js';
import { createDeviceSignal } from '../../workers/gateway/device-signal.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import {
  aDevice,
  aReservoir,
  claimDevice,
  telemetry,
  type TestDevice,
} from '../support/devices/device.js';
import { eventually } from '../support/timing/eventually.js';
import { connectTestTemporal, type TestTemporal } from '../support/servers/temporal.js';

/** No device falls silent unless the test wants silence. */
const longIntervalMs = 600_000;

let test: TestDatabase;
let temporal: TestTemporal;
let workflows: Workflows;
let pool: pg.Pool;
let ingest: Database;
let taskQueue: string;
/** Runs after the commit of deriving; a test may let one attempt fail there. */
let afterDeriving: () => void = () => undefined;
/** Runs as the workflow, having noticed a silence, is about to look at the device. */
let beforeSight: (deviceId: string) => Promise<unknown> = () => Promise.resolve();

beforeAll(async () => {
  [test, temporal] = await Promise.all([createTestDatabase(), connectTestTemporal()]);
  workflows = createWorkflows(temporal.client);
  pool = createRolePool(test.urls.ingest);
  ingest = createDatabase({ url: test.urls.ingest, contextKey: test.contextKey });
  const real = createDeviceActivities({ database: test.database, ingest, measuredKinds });
  const activities: DeviceActivities = {
    ...real,
    deriveReadings: (request) => real.deriveReadings(request).finally(() => afterDeriving()),
    readSight: async (request) => {
      await beforeSight(request.deviceId);
      return real.readSight(request);
    },
  };
  ({ taskQueue } = await temporal.startWorker('devices', activities));
});
afterAll(async () => {
  await temporal.close();
  await Promise.all([pool.end(), ingest.close()]);
  await test.drop();
});

/** A device with the workflow: sending, telling and observing. */
function sides({ deviceId, reservoirId }: TestDevice, intervalMs = longIntervalMs) {
  const id = deviceWorkflowId(deviceId);
  const handle = temporal.client.workflow.getHandle(id);
  const tell = createDeviceSignal({
    workflow: temporal.client.workflow,
    defaultIntervalMs: intervalMs,
    taskQueue,
  });
  const update = <Result, Args extends unknown[]>(
    definition: Parameters<typeof workflows.updateWithStart<Result, Args>>[0]['update'],
    updateArgs: Args,
  ) =>
    workflows.updateWithStart({
      workflow: deviceWorkflowType,
      workflowId: id,
      taskQueue,
      args: [{ deviceId, defaultIntervalMs: intervalMs }],
      update: definition,
      updateArgs,
      typedSearchAttributes: searchableDevice,
    });
  return {
    handle,
    /** Past the inbox and told, as by the gateway. */
    async sends(...seqs: number[]) {
      const [accepted] = await this.isAccepted(...seqs);
      if (accepted) await tell(accepted);
      return accepted;
    },
    isAccepted: (...seqs: number[]) =>
      telemetryInbox(roleScope(pool)).accept(
        seqs.flatMap((seq) => {
          const parsed = parseTelemetry(deviceId, telemetry(seq));
          return 'message' in parsed ? [parsed.message] : [];
        }),
        [],
      ),
    tell,
    attach: (accountId: string, toReservoirId: string) =>
      update(attachDevice, [{ accountId, reservoirId: toReservoirId, principalId: newId() }]),
    detach: (accountId: string) => update(detachDevice, [{ accountId, principalId: newId() }]),
    state: () => handle.query(deviceState),
    /** By the query in docs/operations.md, with a status. */
    async isFoundBy(status: string): Promise<boolean> {
      const query = `WorkflowType = "deviceWorkflow" and \`Status\` = "${status}" and ExecutionStatus = "Running"`;
      for await (const { workflowId } of temporal.client.workflow.list({ query }))
        if (workflowId === id) return true;
      return false;
    },
    /** Each status reported to Temporal in the current run. */
    async statusesTold(): Promise<unknown[]> {
      const { events } = await handle.fetchHistory();
      return (events ?? []).flatMap(({ upsertWorkflowSearchAttributesEventAttributes: told }) => {
        const status = told?.searchAttributes?.indexedFields?.['Status'];
        return status ? [defaultPayloadConverter.fromPayload(status)] : [];
      });
    },
    async readings(): Promise<number[]> {
      const { rows } = await test.admin.query<{ seq: number }>(
        'select device_seq::int as seq from water.reservoir_readings where reservoir_id = $1 order by 1',
        [reservoirId],
      );
      return rows.map(({ seq }) => seq);
    },
    async events(): Promise<string[]> {
      const { rows } = await test.admin.query<{ event_type: string }>(
        'select event_type from platform.events where subject_id = $1 order by subject_seq',
        [deviceId],
      );
      return rows.map(({ event_type }) => event_type);
    },
    async runCount(): Promise<number> {
      let count = 0;
      for await (const _ of temporal.client.workflow.list({ query: `WorkflowId = "${id}"` }))
        count += 1;
      return count;
    },
  };
}

const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => asFailure(error)?.code ?? error,
  );

describe('telemetry', () => {
  it('becomes readings, each once, however often the workflow is told of it', async () => {
    const device = sides(await aDevice(test));
    const accepted = await device.sends(1, 2, 3);
    await eventually(async () => expect(await device.readings()).toEqual([1, 2, 3]));
    if (accepted) for (let i = 0; i < 3; i += 1) await device.tell(accepted);
    await device.tell({ deviceId: accepted?.deviceId ?? '', acceptedTo: 1 });
    const { historyLength } = await device.handle.describe();
    await device.sends(4);
    await eventually(async () => expect(await device.readings()).toEqual([1, 2, 3, 4]));
    expect(await device.events()).toEqual(['DEVICE_ONLINE']);
    await eventually(async () =>
      expect(await device.state()).toMatchObject({
        seenTo: 4,
        derivedTo: 4,
        connectivity: 'ONLINE',
      }),
    );
    expect(historyLength).toBeLessThan(40);
    expect(await device.statusesTold()).toEqual(['ONLINE']);
  });

  it('that waits in the inbox is derived whole by one signal, in batches', async () => {
    const device = sides(await aDevice(test));
    await device.isAccepted(...upTo(1_300));
    await device.sends(1_301);
    await eventually(async () => expect(await device.readings()).toEqual(upTo(1_301)));
    await eventually(async () =>
      expect(await device.state()).toMatchObject({ seenTo: 1_301, derivedTo: 1_301 }),
    );
  });

  it('is derived once when the answer of its first attempt was lost', async () => {
    let losses = 2;
    afterDeriving = () => {
      if (losses-- > 0) throw new Error('the connection was lost');
    };
    const device = sides(await aDevice(test));
    await device.sends(1, 2);
    await eventually(async () =>
      expect(await device.state()).toMatchObject({ derivedTo: 2, connectivity: 'ONLINE' }),
    );
    afterDeriving = () => undefined;
    expect(losses).toBeLessThan(1);
    expect(await device.readings()).toEqual([1, 2]);
    expect(await device.events()).toEqual(['DEVICE_ONLINE']);
  });
});

describe('silence', () => {
  it('makes the device stale, then offline, once each, and the next message brings it back', async () => {
    // The device is stale for twice as long, time for the workflow to report.
    const device = sides(await aDevice(test), 2_000);
    await device.sends(1);
    const gone = ['DEVICE_ONLINE', 'DEVICE_STALE', 'DEVICE_OFFLINE'];
    await eventually(async () => expect(await device.events()).toEqual(gone));
    await eventually(async () =>
      expect(await device.state()).toMatchObject({ connectivity: 'OFFLINE' }),
    );
    const { historyLength } = await device.handle.describe();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await device.events()).toEqual(gone);
    // The workflow waits without a timer now.
    expect((await device.handle.describe()).historyLength).toBe(historyLength);
    expect(await device.statusesTold()).toEqual(['ONLINE', 'STALE', 'OFFLINE']);
    await eventually(async () => expect(await device.isFoundBy('OFFLINE')).toBe(true));
    await device.sends(2);
    await eventually(async () =>
      expect((await device.events()).slice(0, 4)).toEqual([...gone, 'DEVICE_ONLINE']),
    );
    await eventually(async () => expect(await device.isFoundBy('OFFLINE')).toBe(false));
  });

  it('is measured by the interval that the device was given', async () => {
    const given = await aDevice(test);
    await test.admin.query('update devices.devices set interval_ms = $2 where device_id = $1', [
      given.deviceId,
      300,
    ]);
    const device = sides(given);
    await device.sends(1);
    await eventually(async () => expect((await device.events()).at(-1)).toBe('DEVICE_OFFLINE'));
  });

  it('is measured by an interval that was given while it lasts', async () => {
    const given = await aDevice(test);
    const device = sides(given, 300);
    beforeSight = (deviceId) =>
      test.admin.query('update devices.devices set interval_ms = $2 where device_id = $1', [
        deviceId,
        longIntervalMs,
      ]);
    await device.sends(1);
    await eventually(async () =>
      expect(await device.state()).toMatchObject({
        intervalMs: longIntervalMs,
        connectivity: 'ONLINE',
      }),
    );
    expect(await device.events()).toEqual(['DEVICE_ONLINE']);
    beforeSight = () => Promise.resolve();
  });
});

describe('pairing', () => {
  it('attaches, says where, and detaches; each told once, however often it is asked for', async () => {
    const given = await aDevice(test, { isAttached: false });
    const { deviceId, accountId, reservoirId } = given;
    const device = sides(given);
    expect(await device.attach(accountId, reservoirId)).toEqual({ deviceId, reservoirId });
    await eventually(async () => expect(await device.isFoundBy('NEVER_SEEN')).toBe(true));
    expect(await device.attach(accountId, reservoirId)).toEqual({ deviceId, reservoirId });
    expect(await device.state()).toMatchObject({ reservoirId });
    expect(await device.detach(accountId)).toEqual({ deviceId, reservoirId });
    expect(await device.detach(accountId)).toEqual({ deviceId, reservoirId });
    expect(await device.state()).toMatchObject({ reservoirId: null });
    expect(await device.events()).toEqual(['DEVICE_ATTACHED', 'DEVICE_DETACHED']);
  });

  it('of one device by two accounts at once has one winner', async () => {
    for (let round = 0; round < 5; round += 1) {
      const given = await aDevice(test, { isAttached: false });
      const device = sides(given);
      const rivals = [newId(), newId(), newId()];
      const tanks = await Promise.all(rivals.map((accountId) => aReservoir(test, accountId)));
      const outcomes = await Promise.all(
        rivals.map(async (accountId, i) => {
          await claimDevice(test, given.deviceId, accountId);
          return codeOf(device.attach(accountId, tanks[i]?.reservoirId ?? ''));
        }),
      );
      expect(outcomes.sort()).toEqual(['RESOURCE_NOT_FOUND', 'RESOURCE_NOT_FOUND', 'done']);
      expect(await device.events()).toEqual(['DEVICE_ATTACHED']);
    }
  });

  it('of two devices with one reservoir at once has one winner', async () => {
    for (let round = 0; round < 5; round += 1) {
      const accountId = newId();
      const { reservoirId } = await aReservoir(test, accountId);
      const rivals = await Promise.all(
        [1, 2].map(async () => sides(await aDevice(test, { accountId, isAttached: false }))),
      );
      const outcomes = await Promise.all(
        rivals.map((device) => codeOf(device.attach(accountId, reservoirId))),
      );
      expect(outcomes.sort()).toEqual(['RESERVOIR_ALREADY_PAIRED', 'done']);
    }
  });

  it('refuses what is not there, and leaves the workflow as it was', async () => {
    const given = await aDevice(test, { isAttached: false });
    const device = sides(given);
    expect(await codeOf(device.attach(given.accountId, newId()))).toBe('RESOURCE_NOT_FOUND');
    const stranger = newId();
    const { reservoirId } = await aReservoir(test, stranger);
    expect(await codeOf(device.attach(stranger, reservoirId))).toBe('RESOURCE_NOT_FOUND');
    await claimDevice(test, given.deviceId, stranger);
    expect(await codeOf(device.attach(stranger, given.reservoirId))).toBe('RESOURCE_NOT_FOUND');
    expect(await codeOf(device.attach(given.accountId, given.reservoirId))).toBe(
      'RESOURCE_NOT_FOUND',
    );
    await claimDevice(test, given.deviceId, given.accountId);
    expect(await codeOf(device.detach(given.accountId))).toBe('DEVICE_NOT_PAIRED');
    expect(await device.attach(given.accountId, given.reservoirId)).toMatchObject({
      reservoirId: given.reservoirId,
    });
  });

  it('is not ended by an account that no longer has the device', async () => {
    const given = await aDevice(test, { isAttached: false });
    const device = sides(given);
    await device.attach(given.accountId, given.reservoirId);
    await device.detach(given.accountId);
    const next = newId();
    const { reservoirId } = await aReservoir(test, next);
    await claimDevice(test, given.deviceId, next);
    await device.attach(next, reservoirId);
    await device.detach(given.accountId);
    expect(await device.state()).toMatchObject({ reservoirId });
  });
});

describe('a long life', () => {
  it('goes on in a new run with all that it knew, and no signal is lost on the way', async () => {
    const given = await aDevice(test);
    const device = sides(given);
    await device.attach(given.accountId, given.reservoirId);
    const count = signalsPerRun + 300;
    for (let seq = 1; seq <= count; seq += 50) {
      await device.isAccepted(...upTo(Math.min(seq + 49, count), seq));
      const signals = upTo(Math.min(seq + 49, count), seq).map((acceptedTo) =>
        device.handle.signal(telemetryAccepted, { acceptedTo }),
      );
      await Promise.all(signals);
    }
    await eventually(async () => expect(await device.readings()).toEqual(upTo(count)));
    await eventually(async () => expect(await device.runCount()).toBeGreaterThan(1));
    await eventually(async () =>
      expect(await device.state()).toMatchObject({
        seenTo: count,
        derivedTo: count,
        connectivity: 'ONLINE',
        reservoirId: given.reservoirId,
      }),
    );
    expect(await device.events()).toEqual(['DEVICE_ONLINE']);
    // With the status of the run before, without a new report.
    await eventually(async () => expect(await device.isFoundBy('ONLINE')).toBe(true));
    expect(await device.statusesTold()).toEqual([]);
  });
});
