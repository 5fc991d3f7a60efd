import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  createOutboundHttp,
  OutboundFailed,
  type OutboundHttp,
} from '../../../activities/shared/outbound-http.js';

const timeoutMs = 1_000;
let server: Server | undefined;
let outbound: OutboundHttp | undefined;
const open = new Set<Socket>();
afterEach(async () => {
  outbound?.close();
  for (const socket of open) socket.destroy();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
});

/** The outcome of a call to an endpoint that treats the connection so after the request. */
async function outcomeOf(answer: (socket: Socket) => void): Promise<string> {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket.on('error', () => undefined).on('close', () => open.delete(socket)));
    socket.once('data', () => answer(socket));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  outbound = createOutboundHttp({ allowsPrivate: true, timeoutMs });
  const { port } = server.address() as AddressInfo;
  const call = outbound
    .send({ url: `http://127.0.0.1:${port}/`, method: 'POST', headers: {}, body: 'asked' })
    .then(
      ({ status, body }) => `${status} ${body}`,
      (error: unknown) => (error instanceof OutboundFailed ? error.reason : String(error)),
    );
  let timer: NodeJS.Timeout | undefined;
  const never = new Promise<string>(
    (resolve) => (timer = setTimeout(() => resolve('never'), timeoutMs * 5)),
  );
  return Promise.race([call, never]).finally(() => clearTimeout(timer));
}
function dripping(socket: Socket, text: string): void {
  const timer = setInterval(() => socket.write(text), 20);
  socket.once('close', () => clearInterval(timer));
}
const switching =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

describe('a call to an endpoint is over', () => {
  it.each<[string, (socket: Socket) => void, string | RegExp]>([
    ['when it switches protocols', (socket) => socket.write(switching), '101 '],
    [
      'when it switches protocols and talks on',
      (socket) => dripping(socket.setNoDelay(), switching),
      '101 ',
    ],
    ['when it switches protocols and hangs up', (socket) => socket.end(switching), '101 '],
    [
      'when it upgrades without a protocol',
      (socket) => socket.write('HTTP/1.1 101 X\r\n\r\n'),
      /101|BROKEN|TIMEOUT/,
    ],
    ['when it says nothing', () => undefined, 'TIMEOUT'],
    [
      'when it says over and over that it goes on',
      (socket) => dripping(socket, 'HTTP/1.1 102 Processing\r\n\r\n'),
      'TIMEOUT',
    ],
    [
      'when it says over and over to continue',
      (socket) => dripping(socket, 'HTTP/1.1 100 Continue\r\n\r\n'),
      'TIMEOUT',
    ],
    ['when it hangs up at once', (socket) => socket.end(), 'BROKEN'],
    ['when it resets the connection', (socket) => socket.resetAndDestroy(), 'BROKEN'],
    [
      'when it half-closes within its headers',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nX: '),
      'BROKEN',
    ],
    [
      'when it half-closes within its body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort'),
      'BROKEN',
    ],
    [
      'when it resets within its body',
      (socket) =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort', () =>
          setTimeout(() => socket.resetAndDestroy(), 50),
        ),
      'BROKEN',
    ],
    [
      'when it never ends its chunks',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        dripping(socket, '1\r\nx\r\n');
      },
      'TIMEOUT',
    ],
    [
      'when it never ends its headers',
      (socket) => dripping(socket.setNoDelay(), 'HTTP/1.1 200 OK\r\nX: '),
      /TIMEOUT|BROKEN/,
    ],
    ['when it is not HTTP', (socket) => socket.write('220 mail.example ESMTP\r\n'), 'BROKEN'],
  ])('%s', async (_what, answer, outcome) => {
    expect(await outcomeOf(answer)).toMatch(
      outcome instanceof RegExp ? outcome : new RegExp(`^${outcome}$`),
    );
  });
});
