import type { WorkflowClient } from '@temporalio/client';
import type { AcceptedDevice } from '../../db/water/telemetry.inbox.js';
import {
  deviceTaskQueue,
  deviceWorkflowId,
  deviceWorkflowType,
  searchableDevice,
  telemetryAccepted,
  type DeviceInput,
} from '../../workflows/water/device.contract.js';

export interface DeviceSignalParts {
  workflow: WorkflowClient;
  /** Reporting interval of a device that has not said its own. */
  defaultIntervalMs: number;
  taskQueue?: string;
}

/** Tells a device's workflow how far its inbox is filled, and starts it where there is none. Telling it twice says nothing new. */
export function createDeviceSignal({ workflow, defaultIntervalMs, taskQueue = deviceTaskQueue }: DeviceSignalParts) {
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
