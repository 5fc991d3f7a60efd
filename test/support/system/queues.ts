import { randomBytes } from 'node:crypto';

/**
 * Names of task queues for one system among others on the same Temporal; `mark` is given where two
 * processes share the queues.
 */
export const queuesOf =
  (mark = randomBytes(4).toString('hex')) =>
  (taskQueue: string): string =>
    `${taskQueue}-${mark}`;
