/** Tells of: health.routes. */
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Agent, get } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { Api } from '../../api/server.js';
import { Unready, type ReadyCheck } from '../../api/shared/health.routes.js';
import { eventually } from '../support/timing/eventually.js';
import { createSampleApi, routeThat } from './sample.js';

const check = (name: string, isRequired: boolean, work: () => Promise<void>): ReadyCheck => ({
  name,
  isRequired,
  check: work,
});
const up = () => Promise.resolve();
const down = () => Promise.reject(new Error('refused'));

let running: Api | undefined;
afterEach(async () => running?.drain());

async function listen(api: Api): Promise<{ url: string; port: number }> {
  running = api;
  const { port } = (await api.listen(0, '127.0.0.1')).address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port };
}
const say = (port: number, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket
      .on('data', (data) => (answer += String(data)))
      .on('close', () => resolve(answer))
      .on('error', reject);
  });

describe('health', () => {
  it('is alive without asking anything, and tells its version', async () => {
    const agent = request(
      createSampleApi({ readyChecks: [check('postgres', true, down)] }).callback,
    );
    for (const path of ['/health', '/healthz']) await agent.get(path).expect(200, { status: 'UP' });
    await agent.get('/version').expect(200, { version: '0.1.0' });
  });
  it('is ready when all that is required is up, each with a state of its own', async () => {
    const readyChecks = [check('postgres', true, up), check('mail', false, down)];
    const agent = request(createSampleApi({ readyChecks }).callback);
    for (const path of ['/ready', '/readyz'])
      expect((await agent.get(path).expect(200)).body).toEqual({
        status: 'READY',
        checks: {
          postgres: { status: 'UP', required: true, latency_ms: expect.any(Number) },
          mail: { status: 'DOWN', required: false, latency_ms: expect.any(Number) },
        },
      });
  });
  it('asks once for all who ask at once, however many', async () => {
    let asked = 0;
    const slowly = async (): Promise<void> => {
      asked += 1;
      await new Promise((resolve) => setTimeout(resolve, 500));
    };
    const agent = request(
      createSampleApi({ readyChecks: [check('postgres', true, slowly)] }).callback,
    );
    await Promise.all(Array.from({ length: 20 }, () => agent.get('/ready').expect(200)));
    expect(asked).toBeLessThan(5);
  });
  it('is 503 with the state of each when something required is down', async () => {
    const agent = request(
      createSampleApi({ readyChecks: [check('postgres', true, down), check('temporal', true, up)] })
        .callback,
    );
    const answer = await agent.get('/ready').expect(503).expect('Retry-After', '5');
    expect(answer.body).toMatchObject({
      error_code: 'SERVICE_UNAVAILABLE',
      status: 'NOT_READY',
      checks: { postgres: { status: 'DOWN' }, temporal: { status: 'UP' } },
    });
    expect(answer.body.checks.postgres).not.toHaveProperty('reason');
  });
  it('says what is full, and is ready all the same where it can do without', async () => {
    const full = () => Promise.reject(new Unready('DISK_FULL'));
    const noRoom = () => Promise.reject(Object.assign(new Error('no room'), { code: '53100' }));
    const ready = request(createSampleApi({ readyChecks: [check('log', false, full)] }).callback);
    expect((await ready.get('/ready').expect(200)).body.checks.log).toMatchObject({
      status: 'DOWN',
      reason: 'DISK_FULL',
    });
    const unready = request(
      createSampleApi({ readyChecks: [check('postgres', true, noRoom)] }).callback,
    );
    expect((await unready.get('/ready').expect(503)).body.checks.postgres).toMatchObject({
      reason: 'DISK_FULL',
    });
  });
});

describe('the server', () => {
  it('answers what is not HTTP, and headers over the limit, with the envelope', async () => {
    const { port } = await listen(createSampleApi());
    expect(await say(port, 'hello\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 .*"error_code":"MALFORMED_REQUEST"/s,
    );
    const large = `GET /health HTTP/1.1\r\nHost: localhost\r\nX-Large: ${'x'.repeat(17_000)}\r\n\r\n`;
    expect(await say(port, large)).toMatch(/^HTTP\/1\.1 431 /);
  });
  it.each([
    ['CONNECT example.com:443', '501'],
    ['BREW /health', '501'],
    ['PROPFIND /health', '405'],
    ['TRACE /health', '405'],
    ['PROPFIND /nowhere', '404'],
  ])('answers %s with %s, and goes on serving', async (asked, status) => {
    const { port, url } = await listen(createSampleApi());
    const answer = await say(
      port,
      `${asked} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    expect(answer.split(' ', 2)[1]).toBe(status);
    expect(answer).toContain('"error_code"');
    if (status === '405') expect(answer).toMatch(/^Allow: .*GET/im);
    await request(url).get('/health').expect(200);
  });
  it('drains: not ready, then not listening, while requests in flight are finished', async () => {
    let finish: () => void = () => undefined;
    const started = new Promise<void>((begin) => {
      finish = begin;
    });
    let release: (reply: unknown) => void = () => undefined;
    const work = () => {
      finish();
      return new Promise((resolve) => (release = resolve));
    };
    const api = createSampleApi({ routes: [routeThat(work)], settings: { drainDelayMs: 2_000 } });
    const { url } = await listen(api);
    const inFlight = request(url)
      .get('/that')
      .then((response) => response.status);
    await started;
    const drained = api.drain();
    expect((await request(url).get('/ready').expect(503)).body.status).toBe('DRAINING');
    await eventually(() => expect(request(url).get('/health')).rejects.toThrow(/ECONNREFUSED/));
    release({ status: 204 });
    expect(await inFlight).toBe(204);
    await drained;
    running = undefined;
  });

  it('fails no request of clients that go on while it drains, and asks them to go elsewhere', async () => {
    const work = async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return { status: 204 };
    };
    const api = createSampleApi({ routes: [routeThat(work)], settings: { drainDelayMs: 2_000 } });
    const { port } = await listen(api);
    const answers: number[] = [];
    const clients = Array.from({ length: 20 }, async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let isWelcome = true; isWelcome;) {
        const { status, connection } = await answerOf(port, agent);
        answers.push(status);
        isWelcome = connection !== 'close';
      }
      agent.destroy();
    });
    await eventually(() => expect(answers.length).toBeGreaterThan(100));
    const drained = api.drain();
    await Promise.all(clients);
    await drained;
    running = undefined;
    expect(new Set(answers)).toEqual(new Set([204]));
  });
});

const answerOf = (
  port: number,
  agent: Agent,
): Promise<{ status: number; connection: string | undefined }> =>
  new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: '/that', agent }, (response) => {
      response.resume().once('end', () => {
        resolve({ status: response.statusCode ?? 0, connection: response.headers.connection });
      });
    }).once('error', reject);
  });
