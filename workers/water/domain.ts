import { waterDatabase } from '../../db/water/domain.js';
import type { Domain } from '../shared/domain.js';
import { createLevelAlertReaction } from './level-alert.reaction.js';
import { createOrderAlertReaction } from './order-alert.reaction.js';

export const waterDomain: Domain = {
  name: 'water',
  database: waterDatabase,
  measuredKinds: async () => [
    (await import('../../api/water/measured-reservoir.schemas.js')).measuredReservoirSchemas,
  ],
  routes: async (parts) => (await import('./water.routes.js')).openWaterRoutes(parts),
  workers: async () => [(await import('./order.worker.js')).startOrderWorker],
  reactions: (resources) => [
    createLevelAlertReaction(resources),
    createOrderAlertReaction(resources),
  ],
  tasks: {},
  reconciliations: async (parts) => [
    (await import('./order.reconciliation.js')).reconcileOrders(parts),
  ],
  invariants: async () => {
    const { ordersAtWork, ordersToldByEvents } = await import('./order.invariant.js');
    return [ordersAtWork, ordersToldByEvents];
  },
};
