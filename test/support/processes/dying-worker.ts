import {
  createOrderActivities,
  type OrderActivities,
} from '../../../activities/water/order.activities.js';
import { createDatabase } from '../../../db/connection/database.js';
import { connectTestTemporal } from '../servers/temporal.js';

/**
 * A worker of orders, as a separate process, killed right after committing the step named by
 * DIES_AFTER.
 */
const {
  DATABASE_URL: url = '',
  CONTEXT_KEY: contextKey = '',
  TASK_QUEUE: taskQueue = '',
  DIES_AFTER,
} = process.env;
const real = createOrderActivities({ database: createDatabase({ url, contextKey }) });

const dyingAfter =
  <Input, Output>(name: string, work: (input: Input) => Promise<Output>) =>
  async (input: Input): Promise<Output> => {
    const output = await work(input);
    if (name === DIES_AFTER) process.kill(process.pid, 'SIGKILL');
    return output;
  };
const activities: OrderActivities = {
  placeOrder: dyingAfter('placeOrder', real.placeOrder),
  recordTransition: dyingAfter('recordTransition', real.recordTransition),
};
const temporal = await connectTestTemporal();
await temporal.startWorker('water', activities, { taskQueue });
console.log('ready');
