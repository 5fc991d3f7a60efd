import { connect, type Socket } from 'node:net';

const text = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

/** A length as MQTT writes it, seven bits a byte. */
export function lengthOf(bytes: number): Buffer {
  const out: number[] = [];
  let left = bytes;
  do {
    out.push((left % 128) | (left >= 128 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.from(out);
}

/** A packet's first byte and what it announces; what follows is the caller's. */
export const header = (firstByte: number, bytes: number): Buffer =>
  Buffer.concat([Buffer.from([firstByte]), lengthOf(bytes)]);

export const packet = (firstByte: number, body: Buffer): Buffer =>
  Buffer.concat([header(firstByte, body.length), body]);

/** Of a device; of somebody else with a client id of their own. */
export function connectPacket(
  { deviceId, password }: { deviceId: string; password: string },
  clientId = deviceId,
): Buffer {
  const flags = Buffer.from([4, 0xc2, 0, 0]);
  return packet(0x10, Buffer.concat([text('MQTT'), flags, text(clientId), text(deviceId), text(password)]));
}

export const publishPacket = (topic: string, id: number, payload: string | Buffer): Buffer =>
  packet(0x32, Buffer.concat([text(topic), Buffer.from([id >> 8, id & 0xff]), Buffer.from(payload)]));

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
