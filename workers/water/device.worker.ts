import { createDeviceActivities } from '../../activities/water/device.activities.js';
import { deviceInputs } from '../../activities/water/device.inputs.js';
import { required } from '../../config.js';
import { createTelemetryLagViews } from '../../db/water/telemetry-lag.views.js';
import { deviceTaskQueue } from '../../workflows/water/device.contract.js';
import type { Part } from '../shared/part.js';
import { openDatabase } from '../shared/signed-database.js';
import type { Resources } from '../shared/resources.js';
import { startWorker } from '../shared/worker.js';

/** The worker of devices, on a queue of its own: telemetry comes at rates that orders should not feel. */
export async function startDeviceWorker(resources: Resources): Promise<Part> {
  const { config, database, metrics } = resources;
  const ingest = await openDatabase(config, required(config, 'DATABASE_INGEST_URL'));
  const lag = createTelemetryLagViews(ingest);
  const stopObserving = metrics.onScrapeCached(async (put) => {
    const { devices, messages } = await lag.now();
    put('millrace_telemetry_lag_devices', {}, devices);
    put('millrace_telemetry_lag_messages', {}, messages);
  });
  const activities = createDeviceActivities({ database, ingest, sensorMarginPct: config.SENSOR_MARGIN_PCT });
  const taskQueue = resources.queueOf(deviceTaskQueue);
  const worker = await startWorker(resources, { domain: 'water', taskQueue, activities, inputs: deviceInputs });
  return {
    stop: async () => {
      stopObserving();
      await worker.stop();
      await ingest.close();
    },
  };
}
