import { constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';

/**
 * A file descriptor for the same output on which no write waits for a reader. A pipe that nobody reads would hold a thread of
 * Node's for ever, and with it the end of the process, which waits for its threads.
 */
export function unblockedOutput(fd: number): number {
  try {
    if (fstatSync(fd).isFile()) return fd;
    // Opened anew, so that whoever shares the descriptor with us finds it as it was.
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    // A socket, another's pipe, a system without /proc.
    return unblockedInPlace(fd);
  }
}

/** Node sets what it opens as a socket not to block; whatever it cannot open so is left as it is. */
function unblockedInPlace(fd: number): number {
  try {
    new Socket({ fd, readable: false, writable: true }).on('error', () => undefined).unref();
  } catch {
    // Nothing that could be waited for, such as a closed descriptor.
  }
  return fd;
}
