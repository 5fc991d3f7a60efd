import { connect, type Socket } from 'node:net';
import { connectPacket as introduction, header, packet, publishPacket as message } from './mqtt-packets.js';

export { header, packet };

/** Of a device; of somebody else with a client id of their own. */
export const connectPacket = (
  { deviceId, password }: { deviceId: string; password: string },
  clientId = deviceId,
): Buffer => introduction({ clientId, username: deviceId, password });

export const publishPacket = (topic: string, id: number, payload: string | Buffer): Buffer =>
  message({ topic, id, payload });

export interface RawClient {
  socket: Socket;
  /** All that has come. */
  received(): Buffer;
  /** Resolves when the other side, or anything, has ended it. */
  closed: Promise<void>;
}

export function rawClient(port: number, localAddress = '127.0.0.1'): Promise<RawClient> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    const closed = new Promise<void>((close) => socket.once('close', () => close()));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.on('error', () => undefined);
      resolve({ socket, received: () => Buffer.concat(chunks), closed });
    });
  });
}

/** Sends zeros for as long as the other side takes them; answers how many it took. */
export async function flood({ socket, closed }: RawClient, mostBytes: number): Promise<number> {
  const chunk = Buffer.alloc(64 * 1024);
  let isClosed = false;
  void closed.then(() => (isClosed = true));
  while (!isClosed && socket.bytesWritten - socket.writableLength < mostBytes) {
    if (!socket.write(chunk))
      await Promise.race([closed, new Promise<void>((resolve) => socket.once('drain', () => resolve()))]);
    else await new Promise((resolve) => setImmediate(resolve));
  }
  return socket.bytesWritten - socket.writableLength;
}
