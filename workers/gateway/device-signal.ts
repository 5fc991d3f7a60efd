import type { WorkflowClient } from '@temporalio/client';
import type { AcceptedDevice } from '../../db/devices/telemetry.inbox.js';
import {
  deviceTaskQueue,
  deviceWorkflowId,
  deviceWorkflowType,
  searchableDevice,
  telemetryAccepted,
  type DeviceInput,
} from '../../workflows/devices/device.contract.js';

interface DeviceSignalParts {
  workflow: WorkflowClient;
  /** Reporting interval of a device without an interval of its own. */
  defaultIntervalMs: number;
  taskQueue?: string;
}

/**
 * Signals a device's workflow how far the inbox is filled, and starts the workflow where there is
 * none. A repeated signal changes nothing.
 */
export function createDeviceSignal({
  workflow,
  defaultIntervalMs,
  taskQueue = deviceTaskQueue,
}: DeviceSignalParts) {
  return async ({ deviceId, acceptedTo }: Omit<AcceptedDevice, 'isUrgent'>): Promise<void> => {
    const input: DeviceInput = { deviceId, defaultIntervalMs };
    await workflow.signalWithStart(deviceWorkflowType, {
      workflowId: deviceWorkflowId(deviceId),
      taskQueue,
      args: [input],
      signal: telemetryAccepted,
      signalArgs: [{ acceptedTo }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowTaskTimeout: '3s',
      staticSummary: `Device ${deviceId}`,
      typedSearchAttributes: searchableDevice,
    });
  };
}
