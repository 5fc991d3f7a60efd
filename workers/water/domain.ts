import type { Domain } from '../shared/domain.js';
import { createAlertReactions } from './alert.reaction.js';
import { reconcileDevices } from './device-reconciliation.task.js';
import { startDeviceWorker } from './device.worker.js';
import { reconcileOrders } from './order-reconciliation.task.js';
import { startOrderWorker } from './order.worker.js';

export const waterDomain: Domain = {
  name: 'water',
  workers: [startOrderWorker, startDeviceWorker],
  reactions: createAlertReactions,
  reconciliations: (parts) => [reconcileOrders(parts), reconcileDevices(parts)],
};
