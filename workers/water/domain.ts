import type { Domain } from '../shared/domain.js';
import { createAlertReactions } from './alert.reaction.js';

export const waterDomain: Domain = {
  name: 'water',
  workers: async () => [
    (await import('./order.worker.js')).startOrderWorker,
    (await import('./device.worker.js')).startDeviceWorker,
  ],
  reactions: createAlertReactions,
  reconciliations: async (parts) => [
    (await import('./order-reconciliation.task.js')).reconcileOrders(parts),
    (await import('./device-reconciliation.task.js')).reconcileDevices(parts),
  ],
};
