import { randomInt } from 'node:crypto';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { hostName, isLoopbackHost } from '../processes/loopback.js';

interface UiAddress {
  host: string;
  port: number;
}
export interface UiGuard {
  close(): void;
}

/**
 * A guard before the Web UI, since the UI answers to any name: a page pointing its own name at
 * loopback could otherwise read every workflow. The guard lets names of the local machine through;
 * the UI's token guards against forged requests.
 */
export async function startUiGuard(at: UiAddress, ui: UiAddress): Promise<UiGuard> {
  const server = createServer((asked, answer) => {
    const { host = '' } = asked.headers;
    const hosts = asked.rawHeaders.filter(
      (name, index) => index % 2 === 0 && name.toLowerCase() === 'host',
    );
    if (hosts.length === 1 && isLoopbackHost(hostName(host) ?? '')) void forward(asked, answer, ui);
    else
      answer
        .writeHead(421, { 'content-type': 'text/plain', connection: 'close' })
        .end('Ask by a name of this machine.\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(at.port, at.host, resolve);
  });
  return {
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function forward(
  asked: IncomingMessage,
  answer: ServerResponse,
  { host, port }: UiAddress,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = asked;
  const onward = request({ host, port, method, path: url, headers }, (answered) => {
    answer.writeHead(answered.statusCode ?? 502, answered.headers);
    void pipeline(answered, answer).catch(() => answer.destroy());
  });
  // Before the UI is ready, after the UI has ended, or after the browser has gone.
  onward.once('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
  answer.once('close', () => onward.destroy());
  await pipeline(asked, onward).catch(() => onward.destroy());
}

/**
 * The UI's own address: one of the 16 million of loopback, out of a page's reach, on a system with
 * all (Linux); else the usual address, where a page has to find the port.
 */
export async function hiddenLoopback(): Promise<string> {
  const address = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
  return new Promise((resolve) => {
    const probe = createSocketServer();
    probe.once('error', () => resolve('127.0.0.1'));
    probe.listen(0, address, () => probe.close(() => resolve(address)));
  });
}
