import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { isErrno } from './identity.js';

/**
 * Below those that systems give to connections and to listeners that name none (from 32768 on Linux, 49152 elsewhere): one of
 * those could be given away again before its user comes to listen on it, above all on a machine where much is going on.
 */
const [lowest, highest] = [20_000, 32_000];
const tries = 100;

/** A port that nobody listens on right now, and that nobody is given by chance. */
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

/** By this process, to whoever may not listen on them yet. */
const handedOut = new Set<number>();

/** Whether somebody may listen on it, here and now. */
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
