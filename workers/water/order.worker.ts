import { createOrderActivities } from '../../activities/water/order.activities.js';
import { orderInputs } from '../../activities/water/order.inputs.js';
import { orderTaskQueue } from '../../workflows/water/order.contract.js';
import { holdLimits } from '../shared/hold-limits.js';
import type { Part } from '../shared/part.js';
import type { Resources } from '../shared/resources.js';
import { startWorker } from '../shared/worker.js';

/** The worker of the marketplace: one workflow an order. */
export function startOrderWorker(resources: Resources): Promise<Part> {
  const { config, database } = resources;
  const activities = createOrderActivities({ database, holdLimits: holdLimits(config) });
  const taskQueue = resources.queueOf(orderTaskQueue);
  return startWorker(resources, { domain: 'water', taskQueue, activities, inputs: orderInputs });
}
