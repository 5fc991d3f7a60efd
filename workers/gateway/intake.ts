import { Client, Connection } from '@temporalio/client';
import type pg from 'pg';
import { required, type Config } from '../../config.js';
import { createSignalCursorStore } from '../../db/water/signal-cursor.store.js';
import type { TelemetryInbox } from '../../db/water/telemetry.inbox.js';
import type { Logger } from '../shared/logger.js';
import { deviceTaskQueue } from '../../workflows/water/device.contract.js';
import type { Metrics } from '../shared/metrics/registry.js';
import type { Part } from '../shared/part.js';
import { openRoleDatabase, openRolePool } from '../shared/pools.js';
import { signingInterceptors } from '../shared/signing-interceptors.js';
import { createActorSignatures } from '../shared/actor-signature.js';
import { createStartSignatures } from '../shared/start-signature.js';
import { openTelemetryInbox } from '../shared/telemetry-inbox.js';
import { temporalServer } from '../shared/temporal-server.js';
import { inSpan } from '../shared/tracing/spans.js';
import { startAsideJudge } from './aside-judge.js';
import { createBatcher, type Batcher } from './batcher.js';
import { createDeviceSignal } from './device-signal.js';
import { startDropReporter } from './drop-reporter.js';
import { startSignaller } from './signaller.js';

/** The way in of telemetry, whatever brings it. */
export interface Intake extends Part {
  batcher: Batcher;
  /** As millrace_ingest. */
  pool: pg.Pool;
}

/** Inbox, signals and reports of what was dropped. It needs PostgreSQL; without Temporal it goes on accepting. */
export async function openIntake(
  config: Config,
  logger: Logger,
  { taskQueue = deviceTaskQueue, metrics }: { taskQueue?: string; metrics?: Metrics | undefined } = {},
): Promise<Intake> {
  const ingestUrl = required(config, 'DATABASE_INGEST_URL');
  const [pool, database] = await Promise.all([openRolePool(ingestUrl, 4), openRoleDatabase(config, ingestUrl)]);
  // Lazy: telemetry is accepted also while Temporal is away.
  const connection = Connection.lazy(temporalServer(config));
  const interceptors = signingInterceptors(createStartSignatures(config), createActorSignatures(config));
  const { workflow } = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE, interceptors });
  const signaller = startSignaller({
    cursors: createSignalCursorStore(pool),
    signal: createDeviceSignal({
      workflow,
      defaultIntervalMs: config.DEVICE_INTERVAL_MS,
      taskQueue,
    }),
    logger,
  });
  const drops = startDropReporter({ database, logger, metrics });
  const judge = startAsideJudge({ database, onAccepted: signaller.add, logger });
  const inbox = openTelemetryInbox(config, pool);
  const accept: TelemetryInbox['accept'] = (messages, dropped) =>
    inSpan('gateway batch', { 'millrace.messages': messages.length }, () => inbox.accept(messages, dropped));
  const batcher = createBatcher({ inbox: { accept }, onAccepted: signaller.add });
  return {
    batcher,
    pool,
    /** After whatever brings telemetry has stopped. */
    stop: async () => {
      await batcher.drained();
      await judge.stop();
      await signaller.stop();
      await drops.stop();
      await Promise.all([pool.end(), database.close(), connection.close()]);
    },
  };
}
