import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { isErrno } from './identity.js';

/**
 * Below the ports of the system's own choice (from 32768 on Linux, 49152 elsewhere): a busy
 * machine would assign a free port of the system's range again before the user listens.
 */
const [lowest, highest] = [20_000, 32_000];
const tries = 100;

/** A port without a listener, outside the system's own range. */
export async function findFreePort(): Promise<number> {
  for (let tried = 0; tried < tries; tried += 1) {
    const port = randomInt(lowest, highest);
    if (!handedOut.has(port) && (await isPortFree(port))) {
      handedOut.add(port);
      return port;
    }
  }
  throw new Error(`no free port between ${lowest} and ${highest} in ${tries} tries`);
}

/** Ports handed out by the own process, perhaps still without a listener. */
const handedOut = new Set<number>();

/** Whether the port is free now. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    await listenOnce(port);
    return true;
  } catch (error) {
    if (isErrno(error, 'EADDRINUSE')) return false;
    throw error;
  }
}

function listenOnce(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
