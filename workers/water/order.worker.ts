import { createOrderActivities } from '../../activities/water/order.activities.js';
import { orderInputs } from '../../activities/water/order.inputs.js';
import { orderTaskQueue } from '../../workflows/water/order.contract.js';
import { holdLimits } from './hold-limit.policy.js';
import type { Part } from '../../processes/part.js';
import type { Resources } from '../process/resources.js';
import { startWorker } from '../process/worker.js';

/** The worker of the marketplace: one workflow an order. */
export function startOrderWorker(resources: Resources): Promise<Part> {
  const { config, database } = resources;
  const activities = createOrderActivities({ database, holdLimits: holdLimits(config) });
  const taskQueue = resources.queueOf(orderTaskQueue);
  return startWorker(resources, { domain: 'water', taskQueue, activities, inputs: orderInputs });
}
