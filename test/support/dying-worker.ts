import { createOrderActivities, type OrderActivities } from '../../activities/water/order.activities.js';
import { createDatabase } from '../../db/shared/database.js';
import { connectTestTemporal } from './temporal.js';

/** A worker of orders, as a process of its own, that is killed right after it has committed what DIES_AFTER names. */
const { DATABASE_URL: url = '', CONTEXT_KEY: contextKey = '', TASK_QUEUE: taskQueue = '', DIES_AFTER } = process.env;
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
