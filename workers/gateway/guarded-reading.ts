import type { Socket } from 'node:net';
import { strangerMaxBytes } from './packet-walk.js';

interface ReadingGuard {
  /** Looks at each chunk once, in stream order; false where the chunk ends the connection. */
  isFit(chunk: Buffer): boolean;
  /** False while the connection may not be read. */
  mayRead(): boolean;
  /** Called when bytes are held back. */
  onStall(): void;
  /** The first packet is whole: now the broker may read. */
  onIntroduced(): void;
}

/**
 * Hands the bytes of a socket on to the reader after a look at each chunk. Only an introduction in
 * pieces is copied, and kept here until whole.
 */
export function guardReading(socket: Socket, guard: ReadingGuard): void {
  const read = socket.read.bind(socket);
  const readFit = (size?: number): Buffer | null => {
    const chunk = read(size) as Buffer | null;
    return chunk && guard.isFit(chunk) ? chunk : null;
  };
  let introduction: Buffer | undefined;

  const gather = (): void => {
    const chunk = readFit();
    if (!chunk) return;
    introduction = introduction ? Buffer.concat([introduction, chunk]) : chunk;
    if (!hasWholePacket(introduction)) return;
    socket.off('readable', gather);
    // Asked for by the broker, now and from now on.
    socket.read = (size) => {
      if (size === 0) return read(0);
      if (introduction) {
        const whole = introduction;
        introduction = undefined;
        return whole;
      }
      if (guard.mayRead()) return readFit(size);
      if (socket.readableLength > 0) guard.onStall();
      return null;
    };
    guard.onIntroduced();
    socket.emit('readable');
  };
  socket.on('readable', gather);
}

/** Whether the first packet is whole; the fixed header was found right so far. */
function hasWholePacket(bytes: Buffer): boolean {
  let length = 0;
  for (let at = 1; at < bytes.length && at <= 4; at += 1) {
    const byte = bytes[at] ?? 0;
    length += (byte & 0x7f) << (7 * (at - 1));
    if ((byte & 0x80) === 0) return bytes.length >= 1 + at + Math.min(length, strangerMaxBytes);
  }
  return false;
}
