import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}
/** Answers a status, writes the answer, or never answers. */
type Answer = (
  request: Received,
  response: ServerResponse,
  nth: number,
) => number | 'answered' | 'silence';

export interface Receiver {
  url: string;
  port: number;
  received: Received[];
  /** Sets the answers from now on. */
  answers(answer: Answer): void;
  stop(): Promise<void>;
}

/** A real HTTP server that takes every request; 204 until set otherwise. */
export async function startReceiver(tls?: { key: string; cert: string }): Promise<Receiver> {
  const received: Received[] = [];
  let answer: Answer = () => 204;
  const listener: RequestListener = (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const taken = { path: request.url ?? '', headers: request.headers, body };
      received.push(taken);
      const status = answer(taken, response, received.length);
      if (typeof status === 'number') response.writeHead(status).end();
    });
  };
  const server: Server = tls ? createSecureServer(tls, listener) : createServer(listener);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/hook`,
    port,
    received,
    answers: (next) => (answer = next),
    async stop() {
      server.closeAllConnections();
      await new Promise((stopped) => server.close(stopped));
    },
  };
}
