import { randomInt } from 'node:crypto';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { hostName, isLoopbackHost } from '../processes/loopback.js';

export interface UiAddress {
  host: string;
  port: number;
}
export interface UiGuard {
  close(): void;
}

/**
 * In front of the Web UI, which answers to any name: a page that has led its own name to loopback would else read every
 * workflow. Names of this machine alone are let through; for the rest the UI looks itself, by its token against forged requests.
 */
export async function startUiGuard(at: UiAddress, ui: UiAddress): Promise<UiGuard> {
  const server = createServer((asked, answer) => {
    const { host = '' } = asked.headers;
    const hosts = asked.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
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

async function forward(asked: IncomingMessage, answer: ServerResponse, { host, port }: UiAddress): Promise<void> {
  const { method = 'GET', url = '/', headers } = asked;
  const onward = request({ host, port, method, path: url, headers }, (answered) => {
    answer.writeHead(answered.statusCode ?? 502, answered.headers);
    void pipeline(answered, answer).catch(() => answer.destroy());
  });
  // Before it is ready, after it has ended, or where the browser has gone.
  onward.once('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
  answer.once('close', () => onward.destroy());
  await pipeline(asked, onward).catch(() => onward.destroy());
}

/**
 * Where the UI itself listens: an address of the 16 million of loopback, which no page can try, where the system has them all
 * (Linux), else the usual one, where a page has to find the port.
 */
export async function hiddenLoopback(): Promise<string> {
  const address = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
  return new Promise((resolve) => {
    const probe = createSocketServer();
    probe.once('error', () => resolve('127.0.0.1'));
    probe.listen(0, address, () => probe.close(() => resolve(address)));
  });
}
