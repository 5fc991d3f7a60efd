import { createDeviceActivities } from '../../activities/devices/device.activities.js';
import { deviceInputs } from '../../activities/devices/device.inputs.js';
import { required } from '../../config.js';
import { platformAccountId } from '../../db/connection/database.js';
import { telemetryLagViews } from '../../db/devices/telemetry-lag.views.js';
import { deviceTaskQueue } from '../../workflows/devices/device.contract.js';
import type { Part } from '../../processes/part.js';
import { openDatabase } from '../process/signed-database.js';
import type { Resources } from '../process/resources.js';
import { measuredKindsOf, type Domain } from '../shared/domain.js';
import { startWorker } from '../process/worker.js';

/** The worker of devices, on a queue of its own, so a burst of telemetry does not slow orders. */
export async function startDeviceWorker(
  resources: Resources,
  domains: readonly Domain[],
): Promise<Part> {
  const { config, database, metrics } = resources;
  const ingest = await openDatabase(config, required(config, 'DATABASE_INGEST_URL'));
  const lag = telemetryLagViews(ingest.reads({ accountId: platformAccountId }));
  const stopObserving = metrics.onScrapeCached(async (put) => {
    const { devices, messages } = await lag.now();
    put('millrace_telemetry_lag_devices', {}, devices);
    put('millrace_telemetry_lag_messages', {}, messages);
  });
  const activities = createDeviceActivities({
    database,
    ingest,
    measuredKinds: measuredKindsOf(domains),
    sensorMarginPct: config.SENSOR_MARGIN_PCT,
  });
  const taskQueue = resources.queueOf(deviceTaskQueue);
  const worker = await startWorker(resources, {
    domain: 'devices',
    taskQueue,
    activities,
    inputs: deviceInputs,
  });
  return {
    stop: async () => {
      stopObserving();
      await worker.stop();
      await ingest.close();
    },
  };
}
