import { createDeviceActivities } from '../../../activities/devices/device.activities.js';
import { createCursors } from '../../../api/shared/cursor.js';
import { createWorkflows } from '../../../api/shared/workflows.js';
import { createDeviceOversightRoutes } from '../../../api/devices/device-oversight.routes.js';
import { createDevicePairingRoutes } from '../../../api/devices/device-pairing.routes.js';
import { createDeviceUnitRoutes } from '../../../api/devices/device-unit.routes.js';
import { createDeviceRoutes } from '../../../api/devices/device.routes.js';
import { createTelemetryBridgeRoutes } from '../../../api/devices/telemetry-bridge.routes.js';
import { createTelemetryRoutes } from '../../../api/devices/telemetry.routes.js';
import { createDatabase, createRolePool, roleScope } from '../../../db/connection/database.js';
import { telemetryInbox } from '../../../db/devices/telemetry.inbox.js';
import { measuredKinds } from '../devices/measured-kinds.js';
import { measuredReservoirSchemas } from '../../../api/water/measured-reservoir.schemas.js';
import { createTestDatabase } from '../servers/database.js';
import { connectTestTemporal } from '../servers/temporal.js';
import { createTestApi, shownErrors } from './test-api.js';

/** The device routes over real parts: API, Temporal with a separate worker, PostgreSQL. */
export async function createDeviceApi() {
  const [test, temporal] = await Promise.all([createTestDatabase(), connectTestTemporal()]);
  const ingest = createDatabase({ url: test.urls.ingest, contextKey: test.contextKey });
  const ingestPool = createRolePool(test.urls.ingest);
  const { taskQueue } = await temporal.startWorker(
    'devices',
    createDeviceActivities({ database: test.database, ingest, measuredKinds }),
  );
  const inbox = telemetryInbox(roleScope(ingestPool));
  const parts = {
    database: test.database,
    workflows: createWorkflows(temporal.client),
    cursors: createCursors('a key of tests'),
    deviceIntervalMs: 60_000,
    deviceTaskQueue: taskQueue,
    claimCodeKey: 'a key of tests',
    telemetryInbox: inbox,
    measuredKinds,
    measuredKindSchemas: [measuredReservoirSchemas],
  };
  const process = () =>
    createTestApi({
      database: test.database,
      logger: shownErrors,
      routes: [
        ...createDeviceUnitRoutes(parts),
        ...createDevicePairingRoutes(parts),
        ...createDeviceRoutes(parts),
        ...createDeviceOversightRoutes(parts),
        ...createTelemetryRoutes(parts),
        ...createTelemetryBridgeRoutes(parts),
      ],
    });
  const next = process();
  return {
    test,
    inbox,
    ingest,
    taskQueue,
    workflows: parts.workflows,
    client: temporal.client,
    ...process(),
    /** To another process of the API, over the same database. */
    postToNext: next.post,
    async close() {
      await temporal.close();
      await Promise.all([ingest.close(), ingestPool.end()]);
      await test.drop();
    },
  };
}
export type DeviceApi = Awaited<ReturnType<typeof createDeviceApi>>;
