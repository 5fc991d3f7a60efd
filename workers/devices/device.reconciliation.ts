import { platformAccountId } from '../../db/connection/database.js';
import { lateDeviceViews } from '../../db/devices/late-work.views.js';
import { deviceUnderWayViews, type DeviceUnderWay } from '../../db/devices/under-way.views.js';
import {
  deviceState,
  deviceTaskQueue,
  deviceWorkflowId,
} from '../../workflows/devices/device.contract.js';
import { createDeviceSignal } from '../gateway/device-signal.js';
import { reconciliationOf, type Reconciliation } from '../maintenance/reconciliation.js';
import { answered } from '../maintenance/workflow-standings.js';
import type { ReconciliationParts } from '../shared/domain.js';

/**
 * Devices with messages. A workflow at work without a signal for the newest messages gets the
 * signal.
 */
export function reconcileDevices({ resources, workflows }: ReconciliationParts): Reconciliation {
  const { database, temporal, config, queueOf } = resources;
  const platform = database.reads({ accountId: platformAccountId });
  const tellDevice = createDeviceSignal({
    workflow: temporal.client.workflow,
    defaultIntervalMs: config.DEVICE_INTERVAL_MS,
    taskQueue: queueOf(deviceTaskQueue),
  });
  return reconciliationOf<DeviceUnderWay>({
    kind: 'device',
    lists: [deviceUnderWayViews(platform).devices],
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
    late: async (limit) => {
      const deviceIds = await lateDeviceViews(platform).ids(limit);
      return deviceIds.map(deviceWorkflowId);
    },
  });
}
