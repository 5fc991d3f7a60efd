import { constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';

/**
 * A file descriptor for the same output, without a write waiting for a reader. A pipe without a
 * reader would block a thread of Node's for ever, and a process ends after all threads.
 */
export function unblockedOutput(fd: number): number {
  try {
    if (fstatSync(fd).isFile()) return fd;
    // Opened anew: a descriptor may be shared with another process, and keeps the flags there.
    return openSync(
      `/proc/self/fd/${fd}`,
      constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY,
    );
  } catch {
    // A socket, another's pipe, a system without /proc.
    return unblockedInPlace(fd);
  }
}

/** Node makes sockets non-blocking; a descriptor of another type stays unchanged. */
function unblockedInPlace(fd: number): number {
  try {
    new Socket({ fd, readable: false, writable: true }).on('error', () => undefined).unref();
  } catch {
    // No output to wait for, such as a closed descriptor.
  }
  return fd;
}
