import { startStandingWatch } from '../../api/shared/standing-watch.js';
import type { Authenticator } from '../../api/shared/caller.js';
import { createStandingViews } from '../../db/platform/standing.views.js';
import { createRolePool } from '../../db/shared/database.js';
import { createDeviceCredentialViews } from '../../db/water/device-credential.views.js';
import { createTelemetryInbox, type TelemetryBudget } from '../../db/water/telemetry.inbox.js';
import { failure } from '../../workflows/shared/failure.js';
import { createBatcher } from '../../workers/gateway/batcher.js';
import { createBroker, type BrokerOptions } from '../../workers/gateway/broker.js';
import { createDeviceCredentials } from '../../workers/gateway/credentials.js';
import { defaultListenerLimits } from '../../workers/gateway/listener-places.js';
import { createPeers } from '../../workers/gateway/peer.js';
import { createLogger } from '../../workers/shared/logger.js';
import type { TestDatabase } from './database.js';

export interface TestBroker {
  port: number;
  /** What connections were closed for. */
  faults: string[];
  /** What would be audited: kind, name and reason. */
  refusals: string[];
  stop(): Promise<void>;
}

const silent = createLogger({ level: 'silent', process: 'test' });
const nobody: Authenticator = { authenticate: () => Promise.reject(failure('UNAUTHENTICATED')) };

/** The real gateway over a test's database, without signals and reports; with the limits, budget and listeners of a test. */
export async function startTestBroker(
  test: TestDatabase,
  options: Pick<BrokerOptions, 'limits' | 'listenerLimits'> & {
    budget?: TelemetryBudget;
    authenticator?: Authenticator;
  } = {},
): Promise<TestBroker> {
  const { limits = {}, budget, authenticator = nobody, listenerLimits = defaultListenerLimits } = options;
  const pool = createRolePool(test.urls.ingest);
  const [faults, refusals]: [string[], string[]] = [[], []];
  const watch = startStandingWatch(createStandingViews(test.database), (error) => faults.push(String(error)));
  const batcher = createBatcher({ inbox: createTelemetryInbox(pool, budget), onAccepted: () => undefined });
  const broker = await createBroker({
    peers: createPeers({
      credentials: createDeviceCredentials(createDeviceCredentialViews(pool)),
      ...{ authenticator, relayPassword: 'of the relay' },
    }),
    telemetry: batcher,
    refusals: {
      count: (name, reason) =>
        void refusals.push(`${name.kind} ${name.kind === 'device' ? name.deviceId : name.accountId} ${reason}`),
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
    ...{ faults, refusals },
    stop: async () => {
      await broker.close();
      await batcher.drained();
      await watch.stop();
      await pool.end();
    },
  };
}
