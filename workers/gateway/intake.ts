import { Client, Connection } from '@temporalio/client';
import { required, type Config } from '../../config.js';
import { roleScope, type StatementScope } from '../../db/connection/database.js';
import { signalCursorStore } from '../../db/devices/signal-cursor.store.js';
import type { TelemetryInbox } from '../../db/devices/telemetry.inbox.js';
import type { Logger } from '../observability/logger.js';
import { deviceTaskQueue } from '../../workflows/devices/device.contract.js';
import type { Metrics } from '../observability/metrics/registry.js';
import type { Part } from '../../processes/part.js';
import { openRoleDatabase, openRolePool } from '../process/pools.js';
import { signingInterceptors } from '../signing/signing-interceptors.js';
import { createActorSignatures } from '../signing/actor-signature.js';
import { createStartSignatures } from '../signing/start-signature.js';
import { openTelemetryInbox } from './telemetry-inbox.js';
import { temporalServer } from '../process/temporal-server.js';
import { inSpan } from '../observability/tracing/spans.js';
import { startAsideJudge } from './aside-judge.js';
import { createBatcher, type Batcher } from './batcher.js';
import { createDeviceSignal } from './device-signal.js';
import { startDropReporter } from './drop-reporter.js';
import { startSignaller } from './signaller.js';

/** The way in of telemetry, from any source. */
interface Intake extends Part {
  batcher: Batcher;
  /** As millrace_ingest. */
  scope: StatementScope;
}

/**
 * Inbox, signals and reports of drops. The intake needs PostgreSQL; without Temporal the intake
 * goes on accepting.
 */
export async function openIntake(
  config: Config,
  logger: Logger,
  {
    taskQueue = deviceTaskQueue,
    metrics,
  }: { taskQueue?: string; metrics?: Metrics | undefined } = {},
): Promise<Intake> {
  const ingestUrl = required(config, 'DATABASE_INGEST_URL');
  const [pool, database] = await Promise.all([
    openRolePool(ingestUrl, 4),
    openRoleDatabase(config, ingestUrl),
  ]);
  const scope = roleScope(pool);
  // Lazy: telemetry is accepted also while Temporal is away.
  const connection = Connection.lazy(temporalServer(config));
  const interceptors = signingInterceptors(
    createStartSignatures(config),
    createActorSignatures(config),
  );
  const { workflow } = new Client({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    interceptors,
  });
  const signaller = startSignaller({
    cursors: signalCursorStore(scope),
    signal: createDeviceSignal({
      workflow,
      defaultIntervalMs: config.DEVICE_INTERVAL_MS,
      taskQueue,
    }),
    logger,
  });
  const drops = startDropReporter({ database, logger, metrics });
  const judge = startAsideJudge({ database, onAccepted: signaller.add, logger });
  const inbox = openTelemetryInbox(config, scope);
  const accept: TelemetryInbox['accept'] = (messages, dropped) =>
    inSpan('gateway batch', { 'millrace.messages': messages.length }, () =>
      inbox.accept(messages, dropped),
    );
  const batcher = createBatcher({ inbox: { accept }, onAccepted: signaller.add });
  return {
    batcher,
    scope,
    /** Call after the sources of telemetry have stopped. */
    stop: async () => {
      await batcher.drained();
      await judge.stop();
      await signaller.stop();
      await drops.stop();
      await Promise.all([pool.end(), database.close(), connection.close()]);
    },
  };
}
