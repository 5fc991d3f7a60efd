import { createServer, type AddressInfo } from 'node:net';
import { isErrno } from './identity.js';

/** A port that nobody listens on right now. */
export async function findFreePort(): Promise<number> {
  return listenOnce(0);
}

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

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const { port: bound } = server.address() as AddressInfo;
      server.close(() => resolve(bound));
    });
  });
}
