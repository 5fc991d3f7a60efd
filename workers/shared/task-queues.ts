import { identityTaskQueue } from '../../workflows/identity/otp.contract.js';
import { platformTaskQueue } from '../../workflows/platform/maintenance.contract.js';
import { deviceTaskQueue } from '../../workflows/water/device.contract.js';
import { orderTaskQueue } from '../../workflows/water/order.contract.js';

/** Which queue each kind of work is on, so that each scales alone. */
export const taskQueues = {
  identity: identityTaskQueue,
  platform: platformTaskQueue,
  water: orderTaskQueue,
  telemetry: deviceTaskQueue,
};
export type TaskQueues = Record<keyof typeof taskQueues, string>;
