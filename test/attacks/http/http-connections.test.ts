import { get } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Api, ApiParts } from '../../../api/server.js';
import { createSampleApi } from '../../api/sample.js';
import { eventually } from '../../support/timing/eventually.js';

let running: Api | undefined;
let sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await running?.drain();
});

async function listen(settings: Partial<ApiParts['settings']>): Promise<number> {
  running = createSampleApi({ settings });
  return ((await running.listen(0, '127.0.0.1')).address() as AddressInfo).port;
}
/** Silent connections from an address. */
async function silent(port: number, localAddress: string, count: number): Promise<Socket[]> {
  const opened = Array.from({ length: count }, () => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    // A socket without a reader does not hear of the close.
    return socket.on('error', () => undefined).resume();
  });
  sockets.push(...opened);
  await Promise.all(
    opened.map(
      (socket) => new Promise((resolve) => socket.once('connect', resolve).once('close', resolve)),
    ),
  );
  return opened;
}
const isOpen = (socket: Socket): boolean => !socket.destroyed && socket.readable;
const health = (port: number, localAddress: string): Promise<number | string> =>
  new Promise((resolve) => {
    get({ port, host: '127.0.0.1', path: '/health', localAddress, agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    }).once('error', ({ message }) => resolve(message));
  });

describe('connections that say nothing', () => {
  it('are closed above a share an address, and a neighbour is let in', async () => {
    const port = await listen({ maxConnectionsOfPlace: 50 });
    const opened = await silent(port, '127.0.0.1', 300);
    await eventually(() => expect(opened.filter(isOpen).length).toBe(50));
    expect(await health(port, '127.0.0.1')).not.toBe(200);
    expect(await health(port, '127.0.0.2')).toBe(200);
  });

  it('of several addresses leave a reserve for those that have none', async () => {
    const port = await listen({ maxConnections: 100, maxConnectionsOfPlace: 40 });
    for (const address of ['127.0.0.2', '127.0.0.3', '127.0.0.4']) await silent(port, address, 60);
    await eventually(() => expect(sockets.filter(isOpen).length).toBe(90));
    expect(await health(port, '127.0.0.2')).not.toBe(200);
    expect(await health(port, '127.0.0.5')).toBe(200);
  });

  it('free their places when they go', async () => {
    const port = await listen({ maxConnectionsOfPlace: 5 });
    const opened = await silent(port, '127.0.0.1', 5);
    expect(await health(port, '127.0.0.1')).not.toBe(200);
    opened[0]?.destroy();
    await eventually(async () => expect(await health(port, '127.0.0.1')).toBe(200));
  });

  it('are gone when the time for headers is over, also those that go on slowly', async () => {
    const port = await listen({});
    const [mute, slow] = await silent(port, '127.0.0.1', 2);
    const startedAt = Date.now();
    slow?.write('GET /health HTTP/1.1\r\n');
    const dripping = setInterval(() => slow?.write('X-Slow: 1\r\n'), 500);
    const closed = [mute, slow].map(
      (socket) => new Promise((resolve) => socket?.once('close', resolve)),
    );
    await Promise.all(closed);
    clearInterval(dripping);
    expect(Date.now() - startedAt).toBeLessThan(20_000);
  });
});
