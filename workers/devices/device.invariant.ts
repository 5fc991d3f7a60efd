import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { deviceInvariantViews } from '../../db/devices/invariant.views.js';
import {
  deviceState,
  deviceWorkflowId,
  deviceWorkflowType,
} from '../../workflows/devices/device.contract.js';
import { isOfFailedTask, running } from '../invariants/workflow-standing.js';
import type { WorkflowInvariant } from '../shared/domain.js';

/** A device with messages has one workflow at work, with all signalled messages derived. */
export const devicesAtWork: WorkflowInvariant = {
  id: 'I6',
  says: 'a device and its workflow',
  breaches: async ({ admin, temporal, limit }) => {
    const breaches: string[] = [];
    const devices = await deviceInvariantViews(admin).devices(limit);
    for (const { deviceId, derivedTo } of devices) {
      const workflowTo = await derivedBy(temporal, deviceId);
      if (workflowTo !== derivedTo)
        breaches.push(`device ${deviceId}: ${workflowTo ?? 'nothing'} ≠ ${derivedTo} derived`);
    }
    const { count } = await temporal.workflow.count(running(deviceWorkflowType));
    if (count < devices.length)
      breaches.push(`${count} device workflows for ${devices.length} devices`);
    return breaches;
  },
};

async function derivedBy(temporal: Client, deviceId: string): Promise<number | undefined> {
  try {
    const handle = temporal.workflow.getHandle(deviceWorkflowId(deviceId));
    return (await handle.query(deviceState)).derivedTo;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isOfFailedTask(error)) return undefined;
    throw error;
  }
}
