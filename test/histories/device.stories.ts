import { measuredKinds } from '../support/devices/measured-kinds.js';
import { createDeviceActivities } from '../../activities/devices/device.activities.js';
import { createDatabase, createRolePool, roleScope } from '../../db/connection/database.js';
import { newId } from '../../db/shared/id.js';
import { outage } from '../../workflows/shared/failure.js';
import { telemetryInbox } from '../../db/devices/telemetry.inbox.js';
import {
  attachDevice,
  detachDevice,
  deviceState,
  deviceWorkflowId,
  deviceWorkflowType,
  telemetryAccepted,
  type DeviceInput,
  type DeviceState,
} from '../../workflows/devices/device.contract.js';
import { signalsPerRun } from '../../workflows/devices/device.rules.js';
import { parseTelemetry } from '../../workflows/devices/telemetry.rules.js';
import { createTestDatabase } from '../support/servers/database.js';
import { aDevice, telemetry } from '../support/devices/device.js';
import { eventually } from '../support/timing/eventually.js';
import type { TestTemporal } from '../support/servers/temporal.js';
import type { Played } from './recording.js';

/**
 * A device that is attached, reports and is detached; a device that falls silent; a device with so
 * many reports that the workflow continues as new.
 */
export async function play(temporal: TestTemporal): Promise<Played> {
  const test = await createTestDatabase();
  const ingest = createDatabase({ url: test.urls.ingest, contextKey: test.contextKey, poolMax: 3 });
  const pool = createRolePool(test.urls.ingest);
  const inbox = telemetryInbox(roleScope(pool));
  const real = createDeviceActivities({ database: test.database, ingest, measuredKinds });
  /** How many of the next tries to derive find PostgreSQL away. */
  let awayFor = 0;
  const activities: typeof real = {
    ...real,
    deriveReadings: (request) =>
      (awayFor -= 1) >= 0
        ? Promise.reject(outage({ dependency: 'postgres' }))
        : real.deriveReadings(request),
  };
  const { taskQueue } = await temporal.startWorker('devices', activities);
  const { workflow } = temporal.client;

  async function device({ isAttached = true, defaultIntervalMs = 900_000 } = {}) {
    const { deviceId, accountId, reservoirId } = await aDevice(test, { isAttached });
    const workflowId = deviceWorkflowId(deviceId);
    const input: DeviceInput = { deviceId, defaultIntervalMs };
    const handle = await workflow.start(deviceWorkflowType, {
      workflowId,
      taskQueue,
      args: [input],
    });
    const request = { accountId, principalId: newId() };
    return {
      handle,
      firstRun: workflow.getHandle(workflowId, handle.firstExecutionRunId),
      attach: () => handle.executeUpdate(attachDevice, { args: [{ ...request, reservoirId }] }),
      detach: () => handle.executeUpdate(detachDevice, { args: [request] }),
      tell: (acceptedTo: number) => handle.signal(telemetryAccepted, { acceptedTo }),
      async report(seq: number, distanceMm: number) {
        const parsed = parseTelemetry(deviceId, telemetry(seq, distanceMm));
        if (!('message' in parsed)) throw new Error('not a message');
        for (const { acceptedTo } of await inbox.accept([parsed.message], []))
          await this.tell(acceptedTo);
      },
      until: (isSo: (state: DeviceState) => boolean) =>
        eventually(async () => {
          const state = await handle.query(deviceState);
          if (!isSo(state)) throw new Error(`is still ${JSON.stringify(state)}`);
        }),
    };
  }

  const reporting = await device({ isAttached: false });
  await reporting.attach();
  for (const [seq, distanceMm] of [
    [1, 200],
    [2, 800],
    [3, 950],
  ] as const) {
    await reporting.report(seq, distanceMm);
    await reporting.until(({ derivedTo }) => derivedTo === seq);
  }
  await reporting.detach();

  const silent = await device({ defaultIntervalMs: 400 });
  await silent.report(1, 500);
  await silent.until(({ connectivity }) => connectivity === 'OFFLINE');
  await silent.report(2, 500);
  await silent.until(({ connectivity }) => connectivity === 'ONLINE');

  const busy = await device();
  await busy.report(1, 500);
  for (let told = 0; told < signalsPerRun; told += 50)
    await Promise.all(Array.from({ length: 50 }, () => busy.tell(1)));
  await eventually(async () => {
    const { status } = await busy.firstRun.describe();
    if (status.name !== 'CONTINUED_AS_NEW') throw new Error(`is still ${status.name}`);
  });
  await busy.report(2, 900);
  await busy.until(({ derivedTo }) => derivedTo === 2);

  const late = await device();
  awayFor = 5;
  await late.report(1, 500);
  await late.until(({ derivedTo }) => derivedTo === 1);

  const played = {
    'derived-late': await ended(late.handle),
    telemetry: await ended(reporting.handle),
    offline: await ended(silent.handle),
    'continued-as-new': busy.firstRun,
    continued: await ended(busy.handle),
  };
  await Promise.all([pool.end(), ingest.close(), test.drop()]);
  return played;

  /** A device's workflow never ends by itself. */
  async function ended<Handle extends { terminate(): Promise<unknown> }>(
    handle: Handle,
  ): Promise<Handle> {
    await handle.terminate();
    return handle;
  }
}
