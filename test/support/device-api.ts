import request from 'supertest';
import { createDeviceActivities } from '../../activities/water/device.activities.js';
import { createApi } from '../../api/server.js';
import type { Role } from '../../api/shared/caller.js';
import { createCursors } from '../../api/shared/cursor.js';
import { createWorkflows } from '../../api/shared/workflows.js';
import { createDeviceOversightRoutes } from '../../api/water/device-oversight.routes.js';
import { createDevicePairingRoutes } from '../../api/water/device-pairing.routes.js';
import { createDeviceUnitRoutes } from '../../api/water/device-unit.routes.js';
import { createDeviceRoutes } from '../../api/water/device.routes.js';
import { createTelemetryBridgeRoutes } from '../../api/water/telemetry-bridge.routes.js';
import { createTelemetryRoutes } from '../../api/water/telemetry.routes.js';
import { createDatabase, createRolePool } from '../../db/shared/database.js';
import { createTelemetryInbox } from '../../db/water/telemetry.inbox.js';
import { createTestDatabase } from './database.js';
import { connectTestTemporal } from './temporal.js';
import { requestsOf } from './requests.js';

const adminId = '0198f0c2-0000-7000-8000-0000000000f1';

/** The device routes over real parts: API, Temporal with a worker of its own, PostgreSQL. A token is an account's id, its role and the person's id after dots, or `admin`. */
export async function createDeviceApi() {
  const [test, temporal] = await Promise.all([createTestDatabase(), connectTestTemporal()]);
  const ingest = createDatabase({ url: test.urls.ingest, contextKey: test.contextKey });
  const ingestPool = createRolePool(test.urls.ingest);
  const { taskQueue } = await temporal.startWorker(
    'water',
    createDeviceActivities({ database: test.database, ingest }),
  );
  const inbox = createTelemetryInbox(ingestPool);
  const parts = {
    database: test.database,
    requests: requestsOf(test.database),
    workflows: createWorkflows(temporal.client),
    cursors: createCursors('a key of tests'),
    deviceIntervalMs: 60_000,
    deviceTaskQueue: taskQueue,
    claimCodeKey: 'a key of tests',
    telemetryInbox: inbox,
  };
  const process = () =>
    createApi({
      settings: { isProduction: false, publicUrl: 'http://127.0.0.1', version: { version: '0.1.0' }, hasDocs: false },
      database: test.database,
      requests: requestsOf(test.database),
      authenticator: {
        authenticate: async (token) => {
          const [account = '', role = 'OWNER', person = account] = token.split('.');
          const isPlatformAdmin = account === 'admin';
          const id = isPlatformAdmin ? adminId : person;
          const memberships = isPlatformAdmin ? [] : [{ accountId: account, role: role as Role }];
          return { userId: id, principalId: id, sessionId: id, isPlatformAdmin, memberships };
        },
      },
      routes: [
        ...createDeviceUnitRoutes(parts),
        ...createDevicePairingRoutes(parts),
        ...createDeviceRoutes(parts),
        ...createDeviceOversightRoutes(parts),
        ...createTelemetryRoutes(parts),
        ...createTelemetryBridgeRoutes(parts),
      ],
      resources: {},
      readyChecks: [],
      logger: { info: () => undefined, warn: () => undefined, error: (fields) => console.error(fields) },
    });
  const agent = request(process().callback);
  const next = request(process().callback);
  return {
    test,
    inbox,
    ingest,
    taskQueue,
    workflows: parts.workflows,
    client: temporal.client,
    get: (path: string, token: string) => agent.get(path).set('Authorization', `Bearer ${token}`),
    post: (path: string, token: string, body: object = {}) =>
      agent.post(path).set('Authorization', `Bearer ${token}`).send(body),
    /** To another process of the API, over the same database. */
    postToNext: (path: string, token: string, body: object) =>
      next.post(path).set('Authorization', `Bearer ${token}`).send(body),
    patch: (path: string, token: string, body: object) =>
      agent.patch(path).set('Authorization', `Bearer ${token}`).send(body),
    delete: (path: string, token: string) => agent.delete(path).set('Authorization', `Bearer ${token}`),
    async close() {
      await temporal.close();
      await Promise.all([ingest.close(), ingestPool.end()]);
      await test.drop();
    },
  };
}
export type DeviceApi = Awaited<ReturnType<typeof createDeviceApi>>;
