import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Sends any bytes to the caller. */
type RawAnswering = (socket: Socket) => void;

export interface RawAnswerer {
  url: string;
  /** Connections so far. */
  connections(): number;
  openConnections(): number;
  answers(answering: RawAnswering): void;
  stop(): Promise<void>;
}

/** A server without HTTP: answers the first bytes of each connection as set. */
export async function startRawAnswerer(): Promise<RawAnswerer> {
  let answering: RawAnswering = (socket) => socket.destroy();
  let connections = 0;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    socket
      .on('error', () => socket.destroy())
      .once('close', () => open.delete(socket))
      .once('data', () => answering(socket));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    connections: () => connections,
    openConnections: () => open.size,
    answers: (next) => (answering = next),
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise((stopped) => server.close(stopped));
    },
  };
}
