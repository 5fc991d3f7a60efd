import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Options } from 'autocannon';
import type { Side } from '../shared/ratio.js';

interface HttpLoad extends Options {
  /** Requests in all, taken in turns from `requests`. */
  amount: number;
}

interface HttpLoadResult {
  seconds: number;
  /** With a 2xx. */
  answered: number;
  failed: number;
  /** Share of a core taken by the load generator: near 1, the generator limited the rate. */
  cpuShare: number;
}

const generator = fileURLToPath(new URL('generator.mjs', import.meta.url));

/** Sends requests from a separate process; rejects if any request was not answered with a 2xx. */
export async function loadHttp(load: HttpLoad): Promise<HttpLoadResult> {
  const result = await new Promise<HttpLoadResult>((resolve, reject) => {
    const child = fork(generator, { execArgv: [] });
    child.once('message', (message) => resolve(message as HttpLoadResult));
    // `disconnect` comes after the last message, unlike `exit`.
    child.once('disconnect', () => reject(new Error('the load generator ended early')));
    child.send(load);
  });
  if (result.failed > 0 || result.answered !== load.amount)
    throw new Error(`of ${load.amount} requests ${result.answered} were answered with a 2xx`);
  return result;
}

/**
 * A load as a side of a comparison: answered requests a second. `cpuShares` collects the load
 * generator's shares of a core.
 */
export const loading =
  (load: HttpLoad, cpuShares: number[]): Side =>
  async () => {
    const { seconds, cpuShare } = await loadHttp(load);
    cpuShares.push(cpuShare);
    return load.amount / seconds;
  };
