import { startStandingWatch } from '../../../api/shared/standing-watch.js';
import type { Authenticator } from '../../../api/route/caller.js';
import { standingViews } from '../../../db/platform/standing.views.js';
import { createRolePool, platformAccountId, roleScope } from '../../../db/connection/database.js';
import { deviceCredentialViews } from '../../../db/devices/access/device-credential.views.js';
import { telemetryInbox, type TelemetryBudget } from '../../../db/devices/telemetry.inbox.js';
import { failure } from '../../../workflows/shared/failure.js';
import { createBatcher } from '../../../workers/gateway/batcher.js';
import { createBroker } from '../../../workers/gateway/broker.js';
import { createDeviceCredentials } from '../../../workers/gateway/credentials.js';
import { createPeers } from '../../../workers/gateway/peer.js';
import { createLogger } from '../../../workers/observability/logger.js';
import type { TestDatabase } from '../servers/database.js';

export interface TestBroker {
  port: number;
  /** The reasons of closed connections. */
  faults: string[];
  /** Entries for the audit log: kind, name and reason. */
  refusals: string[];
  stop(): Promise<void>;
}

const silent = createLogger({ level: 'silent', process: 'test' });
const nobody: Authenticator = { authenticate: () => Promise.reject(failure('UNAUTHENTICATED')) };

/**
 * The real gateway over a test's database, without signals and reports; with the limits, budget and
 * listeners of a test.
 */
export async function startTestBroker(
  test: TestDatabase,
  options: Pick<Parameters<typeof createBroker>[0], 'limits' | 'listenerLimits'> & {
    budget?: TelemetryBudget;
    authenticator?: Authenticator;
  } = {},
): Promise<TestBroker> {
  const { limits = {}, budget, authenticator = nobody, listenerLimits } = options;
  const pool = createRolePool(test.urls.ingest);
  const [faults, refusals]: [string[], string[]] = [[], []];
  const watch = startStandingWatch(
    standingViews(test.database.reads({ accountId: platformAccountId })),
    (error) => faults.push(String(error)),
  );
  const batcher = createBatcher({
    inbox: telemetryInbox(roleScope(pool), budget),
    onAccepted: () => undefined,
  });
  const broker = await createBroker({
    peers: createPeers({
      credentials: createDeviceCredentials(deviceCredentialViews(roleScope(pool))),
      authenticator,
      relayPassword: 'of the relay',
    }),
    telemetry: batcher,
    refusals: {
      count: (name, reason) =>
        void refusals.push(
          `${name.kind} ${name.kind === 'device' ? name.deviceId : name.accountId} ${reason}`,
        ),
    },
    access: { connected: () => undefined, refused: () => undefined },
    refusalLog: { note: ({ act, reason }) => void (act === 'connection' && faults.push(reason)) },
    logger: silent,
    watch,
    limits,
    listenerLimits,
  });
  const address = (await broker.listen(0, '127.0.0.1')).address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    faults,
    refusals,
    stop: async () => {
      await broker.close();
      await batcher.drained();
      await watch.stop();
      await pool.end();
    },
  };
}
