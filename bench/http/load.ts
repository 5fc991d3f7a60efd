import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Options } from 'autocannon';
import type { Side } from '../shared/ratio.js';

export interface HttpLoad extends Options {
  /** Requests in all; they take turns through `requests`. */
  amount: number;
}

export interface HttpLoadResult {
  seconds: number;
  /** With a 2xx. */
  answered: number;
  failed: number;
  /** Of one core, that the load itself took: near 1, it was what limited the rate. */
  cpuShare: number;
}

const generator = fileURLToPath(new URL('generator.mjs', import.meta.url));

/** Asks from a process of its own; rejects when any request was not answered with a 2xx. */
export async function loadHttp(load: HttpLoad): Promise<HttpLoadResult> {
  const result = await new Promise<HttpLoadResult>((resolve, reject) => {
    const child = fork(generator, { execArgv: [] });
    child.once('message', (message) => resolve(message as HttpLoadResult));
    // After its last message, unlike the exit.
    child.once('disconnect', () => reject(new Error('the load generator ended early')));
    child.send(load);
  });
  if (result.failed > 0 || result.answered !== load.amount)
    throw new Error(`of ${load.amount} requests ${result.answered} were answered with a 2xx`);
  return result;
}

/** A load as a side of a comparison: answered requests a second. What share of a core it took itself is added to `cpuShares`. */
export const loading =
  (load: HttpLoad, cpuShares: number[]): Side =>
  async () => {
    const { seconds, cpuShare } = await loadHttp(load);
    cpuShares.push(cpuShare);
    return load.amount / seconds;
  };
