import { connect, type Socket } from 'node:net';

const host = '127.0.0.1';

/** A connection that carries any bytes, and keeps the received bytes unchanged. */
export interface RawConnection {
  send(bytes: string | Buffer): void;
  /** The bytes received so far. */
  received(): Buffer;
  isClosed(): boolean;
  /**
   * Resolves when the received bytes satisfy the condition, or when the other side has closed;
   * rejects when neither happens.
   */
  until(isEnough: (received: Buffer) => boolean, timeoutMs?: number): Promise<Buffer>;
  closed(timeoutMs?: number): Promise<Buffer>;
  /** Sends zeros for as long as the other side takes more; answers how many were taken. */
  flood(mostBytes: number): Promise<number>;
  end(): void;
}

interface ConnectionOptions {
  /** Stays after the other side has ended, as a client would to hold a place. */
  neverHangsUp?: boolean;
  /** Another address of loopback to come from. */
  localAddress?: string;
}

export async function openConnection(
  port: number,
  options: ConnectionOptions = {},
): Promise<RawConnection> {
  const socket = await connected(port, options);
  const chunks: Buffer[] = [];
  let isClosed = false;
  const waiters: (() => void)[] = [];
  const wake = () => {
    for (const go of waiters.splice(0)) go();
  };
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    wake();
  });
  socket.on('close', () => {
    isClosed = true;
    wake();
  });
  // A reset is a way of closing.
  socket.on('error', () => socket.destroy());

  const received = () => Buffer.concat(chunks);
  async function until(
    isEnough: (received: Buffer) => boolean,
    timeoutMs = 20_000,
  ): Promise<Buffer> {
    const deadline = Date.now() + timeoutMs;
    while (!isClosed && !isEnough(received())) {
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(
          `neither answered nor closed in ${timeoutMs} ms: ${received().toString('latin1')}`,
        );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        waiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return received();
  }
  return {
    send: (bytes) => void socket.write(bytes),
    received,
    isClosed: () => isClosed,
    until,
    closed: (timeoutMs) => until(() => false, timeoutMs),
    async flood(mostBytes) {
      const chunk = Buffer.alloc(64 * 1024);
      const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      while (!isClosed && socket.bytesWritten - socket.writableLength < mostBytes) {
        if (!socket.write(chunk))
          await Promise.race([
            ended,
            new Promise<void>((resolve) => socket.once('drain', () => resolve())),
          ]);
        else await new Promise((resolve) => setImmediate(resolve));
      }
      return socket.bytesWritten - socket.writableLength;
    },
    end: () => void socket.destroy(),
  };
}

function connected(
  port: number,
  { neverHangsUp = false, localAddress = host }: ConnectionOptions,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const address = { port, host, localAddress, allowHalfOpen: neverHangsUp };
    const socket = connect(address, () => resolve(socket)).once('error', reject);
    socket.setNoDelay(true);
  });
}
