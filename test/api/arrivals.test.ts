import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { anyone, route } from '../../api/route/route.js';
import { closedObject, status } from '../../api/route/schema.js';
import { createSampleApi } from './sample.js';

const deadlineMs = 1_200;
let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

/** An API that notes the handled requests. */
async function anApi() {
  const worked: string[] = [];
  const work = route({
    method: 'get',
    path: '/work',
    summary: 'Work',
    tag: 'Test',
    access: anyone(),
    limit: { exempt: 'of a test' },
    responses: { 200: closedObject({ status: status('DONE') }) },
  }).handledBy(async ({ requestId }) => {
    worked.push(requestId);
    return { status: 200, body: { status: 'DONE' } };
  });
  const api = createSampleApi({ routes: [work], settings: { deadlineMs } });
  const server = await api.listen(0, '127.0.0.1');
  const { port } = server.address() as AddressInfo;
  close = () => api.drain();
  return { worked, port };
}
const request = (path: string, id = 'nobody') =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Request-Id: ${id}\r\nConnection: close\r\n\r\n`;
async function statusLineOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  await once(socket, 'close');
  return text.split('\r\n')[0] ?? '';
}
/** As a stopped process, or a paused machine: nothing of the process runs. */
const stopFor = (ms: number) =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe('a process that was stopped for longer than a request may take', () => {
  it('answers what came meanwhile at once and works on none of it, and on what comes then as ever', async () => {
    const { worked, port } = await anApi();
    const open = connect(port, '127.0.0.1');
    await once(open, 'connect');
    // Long enough for the server to have taken the request.
    await new Promise((resolve) => setTimeout(resolve, 300));
    open.write(request('/work', 'on-a-connection-that-was-open'));
    const probe = connect(port, '127.0.0.1');
    probe.write(request('/health'));
    const waiting = connect(port, '127.0.0.1');
    waiting.write(request('/work', 'on-a-connection-that-waited'));
    stopFor(deadlineMs + 300);
    const answers = await Promise.all([open, waiting, probe].map(statusLineOf));
    expect(answers).toEqual([
      'HTTP/1.1 503 Service Unavailable',
      'HTTP/1.1 503 Service Unavailable',
      'HTTP/1.1 200 OK',
    ]);
    expect(worked).toEqual([]);

    const later = connect(port, '127.0.0.1');
    later.write(request('/work', 'later'));
    expect(await statusLineOf(later)).toBe('HTTP/1.1 200 OK');
    expect(worked).toEqual(['later']);
  });

  it('works on what came during a stop that is shorter', async () => {
    const { worked, port } = await anApi();
    const open = connect(port, '127.0.0.1');
    await once(open, 'connect');
    await new Promise((resolve) => setTimeout(resolve, 300));
    open.write(request('/work', 'in-time'));
    stopFor(300);
    expect(await statusLineOf(open)).toBe('HTTP/1.1 200 OK');
    expect(worked).toEqual(['in-time']);
  });
});
