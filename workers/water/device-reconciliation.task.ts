import { reconcileRows } from '../../activities/platform/reconcile.activities.js';
import { createWaterUnderWayViews, type DeviceUnderWay } from '../../db/water/under-way.views.js';
import { deviceState, deviceTaskQueue, deviceWorkflowId } from '../../workflows/water/device.contract.js';
import { createDeviceSignal } from '../gateway/device-signal.js';
import type { Reconciliation, ReconciliationParts } from '../shared/domain.js';
import { answered } from '../shared/workflow-standings.js';

const kind = 'device';

/** Devices that have sent something. One that is at work and was not told of the newest messages is told of them. */
export function reconcileDevices({ resources, workflows, reconcile, rowGraceMs }: ReconciliationParts): Reconciliation {
  const { database, temporal, config, queueOf } = resources;
  const tellDevice = createDeviceSignal({
    workflow: temporal.client.workflow,
    defaultIntervalMs: config.DEVICE_INTERVAL_MS,
    taskQueue: queueOf(deviceTaskQueue),
  });
  const task = reconcileRows<DeviceUnderWay>(reconcile, {
    kind,
    page: createWaterUnderWayViews(database.read, rowGraceMs).devices,
    workflowIdOf: ({ deviceId }) => deviceWorkflowId(deviceId),
    restart: tellDevice,
    tell: async (row) => {
      if (row.derivedTo >= row.signalledTo) return undefined;
      return answered(async () => {
        const { seenTo } = await workflows.query(deviceWorkflowId(row.deviceId), deviceState);
        if (seenTo >= row.signalledTo) return undefined;
        await tellDevice(row);
        return { outcome: 'mended', reason: 'BEHIND' };
      });
    },
  });
  return { kind, task };
}
