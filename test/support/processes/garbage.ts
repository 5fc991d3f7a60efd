import { boundHeapGrowth } from '../../../workers/process/heap.js';

/**
 * Makes garbage beside a live heap, as connections that come and go do, and prints the greatest
 * heap as a share of the live heap. `bounded`: with the gateway's bound.
 */
if (process.argv.includes('bounded')) boundHeapGrowth();

const liveCount = 60_000;
/** Lives for long enough to leave the young generation. */
const leavingCount = 20_000;
const madeCount = 800_000;
const measuredEvery = 2_000;

const thing = () => ({ fields: new Array(60).fill(Math.random()) });
const live = Array.from({ length: liveCount }, thing);
const leaving: unknown[] = [];
const { heapUsed: liveBytes } = process.memoryUsage();
let most = 0;
for (let made = 0; made < madeCount; made += 1) {
  leaving[made % leavingCount] = thing();
  if (made % measuredEvery === 0) most = Math.max(most, process.memoryUsage().heapUsed);
}
process.stdout.write(`${live.length === liveCount ? most / liveBytes : 0}`);
