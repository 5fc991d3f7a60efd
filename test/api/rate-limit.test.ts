/** Tells of: rate.records. */
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Type } from 'typebox';
import { anyone, route } from '../../api/route/route.js';
import { closedObject } from '../../api/route/schema.js';
import { rateRecords, type RateRecords } from '../../db/platform/rate.records.js';
import { loadConfig } from '../../config.js';
import { platformAccountId } from '../../db/connection/database.js';
import { floodRatesOf, ratesOf } from '../../workers/api/rates.js';
import { failure } from '../../workflows/shared/failure.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { eventually } from '../support/timing/eventually.js';
import { requestMemory } from '../support/http/requests.js';
import { aCaller, createSampleApi, otherAccount, ownAccount, sampleRoutes } from './sample.js';

let test: TestDatabase;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  test = await createTestDatabase();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await test.admin.query('truncate platform.rate_windows');
});
afterAll(() => test.drop());

/** Sign-ins wait for this promise. */
let judging: Promise<void> = Promise.resolve();
const login = route({
  method: 'post',
  path: '/v1/auth/login',
  summary: 'A sample',
  tag: 'Samples',
  access: anyone(),
  body: closedObject({
    username: Type.String(),
    email: Type.Optional(Type.String()),
    password: Type.Enum(['right', 'wrong', 'at an outage']),
  }),
  responses: { 204: null },
  errors: ['INVALID_CREDENTIALS'],
}).handledBy(async ({ body: { password } }) => {
  await judging;
  if (password === 'wrong') throw failure('INVALID_CREDENTIALS');
  if (password === 'at an outage') throw failure('SERVICE_UNAVAILABLE');
  return { status: 204 };
});
const register = route({
  method: 'post',
  path: '/v1/auth/register',
  summary: 'A sample',
  tag: 'Samples',
  access: anyone(),
  sendsCode: true,
  body: closedObject({ email: Type.String() }),
  responses: { 204: null },
}).handledBy(async () => ({ status: 204 }));

const memberships = [ownAccount, otherAccount].map((accountId) => ({
  accountId,
  role: 'OWNER' as const,
}));

/** An API of the given limits over the one database. */
async function start(
  variables: Record<string, string>,
  records: RateRecords = rateRecords(test.database.statements({ accountId: platformAccountId })),
) {
  const api = createSampleApi({
    database: test.database,
    requests: requestMemory(),
    routes: [...sampleRoutes, login, register],
    rateLimits: {
      rates: ratesOf(loadConfig(variables)),
      floods: floodRatesOf(loadConfig(variables)),
      records,
      identifierKey: 'a key of tests',
    },
    authenticator: { authenticate: async () => ({ ...aCaller(), memberships }) },
    // A late request is refused after the count; lateness on a busy machine is not tested here.
    settings: { trustsProxy: true, deadlineMs: 100_000 },
  });
  const server = await api.listen(0, '127.0.0.1');
  stops.push(() => api.drain());
  const send = (
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, {
      method,
      headers: { Authorization: 'Bearer OWNER', 'Content-Type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
  return {
    create: (account = ownAccount, name = 'Pump') =>
      send('POST', `/v1/accounts/${account}/things`, { name }),
    list: () => send('GET', `/v1/accounts/${ownAccount}/things`),
    get: (path: string) => send('GET', path),
    logIn: (username: string, from = '192.0.2.1', { email, password = 'right' }: Guess = {}) =>
      send('POST', '/v1/auth/login', { username, email, password }, { 'X-Forwarded-For': from }),
    register: (email: string) => send('POST', '/v1/auth/register', { email }),
  };
}
interface Guess {
  email?: string;
  password?: 'right' | 'wrong' | 'at an outage';
}
const wrong: Guess = { password: 'wrong' };
const times = <T>(n: number, work: () => Promise<T>) =>
  Promise.all(Array.from({ length: n }, work));
const said = ({ headers }: Response, name: string) => headers.get(`RateLimit${name}`);

describe('changes', () => {
  it('are as many as allowed and no more, from 50 clients at once, through two APIs and after a restart', async () => {
    const limit = { RATE_LIMIT_WRITE: '100/60m' };
    const [one, two] = [await start(limit), await start(limit)];
    const statuses: number[] = [];
    await times(50, async () => {
      for (const api of [one, two, one, two]) statuses.push((await api.create()).status);
    });
    const count = (status: number) => statuses.filter((each) => each === status).length;
    expect([count(201), count(429)]).toEqual([100, 100]);

    const restarted = await start(limit);
    expect((await restarted.create()).status).toBe(429);
    expect((await restarted.create(otherAccount)).status).toBe(201);
  });

  it('are counted when they are refused and rolled back', async () => {
    const api = await start({ RATE_LIMIT_WRITE: '2/60m' });
    expect((await api.create(ownAccount, 'taken')).status).toBe(409);
    expect((await api.create(ownAccount, '')).status).toBe(422);
    expect((await api.create()).status).toBe(429);
  });

  it('say in headers what is left, and when to come again', async () => {
    const api = await start({ RATE_LIMIT_WRITE: '2/1m' });
    const startedAt = Date.now();
    const leastLeft = () => 60 - Math.ceil((Date.now() - startedAt) / 1_000);
    const first = await api.create();
    expect(said(first, '-Policy')).toBe('"write";q=2;w=60');
    const [, left] = /^"write";r=1;t=(\d+)$/.exec(said(first, '') ?? '') ?? [];
    expect(Number(left)).toBeLessThanOrEqual(60);
    expect(Number(left)).toBeGreaterThanOrEqual(leastLeft());
    expect([said(first, '-Limit'), said(first, '-Remaining')]).toEqual(['2', '1']);
    await api.create();
    const refused = await api.create();
    expect(refused.status).toBe(429);
    expect([said(refused, '-Remaining'), said(refused, '-Reset')]).toEqual([
      '0',
      refused.headers.get('Retry-After'),
    ]);
    const seconds = Number(refused.headers.get('Retry-After'));
    expect(seconds).toBeLessThanOrEqual(60);
    expect(seconds).toBeGreaterThanOrEqual(leastLeft());
    expect(await refused.json()).toMatchObject({
      error_code: 'RATE_LIMITED',
      details: { limit: 'write', retry_after_seconds: seconds },
    });
  });

  it('are possible again in the next window', async () => {
    const api = await start({ RATE_LIMIT_WRITE: '1/1s' });
    // On a slow machine a window may end between two.
    await eventually(async () => expect((await api.create()).status).toBe(429));
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await api.create()).status).toBe(201);
  });

  it('are counted in the process while PostgreSQL does not count', async () => {
    const api = await start(
      { RATE_LIMIT_WRITE: '1/60m' },
      { count: () => Promise.reject(new Error('down')) },
    );
    expect([(await api.create()).status, (await api.create()).status]).toEqual([201, 429]);
  });
});

it('reads are counted in the process', async () => {
  const nothing = { count: () => Promise.reject(new Error('a read is not to be counted here')) };
  const api = await start({ RATE_LIMIT_READ: '3/60m' }, nothing);
  const statuses = await times(5, async () => (await api.list()).status);
  expect(statuses.sort()).toEqual([200, 200, 200, 429, 429]);
  expect(await keys()).toEqual([]);
});

it('probes and documents are not limited', async () => {
  const api = await start({ RATE_LIMIT_READ: '1/60m' });
  for (const path of ['/health', '/ready', '/version', '/openapi.json', '/health']) {
    const reply = await api.get(path);
    expect([reply.status, said(reply, '')]).toEqual([200, null]);
  }
});

describe('sign-ins', () => {
  it('are limited an address', async () => {
    const api = await start({ RATE_LIMIT_AUTH: '2/60m' });
    expect((await api.logIn('a@x.example')).status).toBe(204);
    expect((await api.logIn('b@x.example')).status).toBe(204);
    expect((await api.logIn('c@x.example')).status).toBe(429);
    expect((await api.logIn('c@x.example', '192.0.2.2')).status).toBe(204);
  });

  it('that fail are limited an identifier and address, however the identifier is written', async () => {
    const api = await start({ RATE_LIMIT_AUTH_IDENTIFIER: '2/10m' });
    const first = await api.logIn('amina@x.example', '192.0.2.1', wrong);
    expect(said(first, '-Policy')).toBe('"auth";q=60;w=60, "auth_identifier";q=2;w=600');
    expect(said(first, '-Remaining')).toBe('1');
    expect((await api.logIn(' Amina@X.example ', '192.0.2.1', wrong)).status).toBe(401);
    expect((await api.logIn('amina@x.example', '192.0.2.1')).status).toBe(429);
    expect((await api.logIn('bruno@x.example', '192.0.2.1')).status).toBe(204);
    expect((await api.logIn('amina@x.example', '192.0.2.2')).status).toBe(204);
    expect((await keys()).join()).not.toContain('amina');
  });

  it('that succeed, or could not be judged, use up no tries, and give none that failed back', async () => {
    const api = await start({ RATE_LIMIT_AUTH_IDENTIFIER: '3/10m' });
    const logIn = (guess: Guess) => api.logIn('amina@x.example', '192.0.2.1', guess);
    const all = async (guess: Guess) => {
      const statuses: number[] = [];
      for (let n = 0; n < 8; n += 1) statuses.push((await logIn(guess)).status);
      return new Set(statuses);
    };
    expect(await all({})).toEqual(new Set([204]));
    expect(await all({ password: 'at an outage' })).toEqual(new Set([503]));
    expect((await logIn(wrong)).status).toBe(401);
    expect((await logIn(wrong)).status).toBe(401);
    expect(await all({})).toEqual(new Set([204]));
    expect(said(await logIn({}), '-Remaining')).toBe('1');
    expect(said(await logIn(wrong), '-Remaining')).toBe('0');
    expect((await logIn(wrong)).status).toBe(429);
    expect((await logIn({})).status).toBe(429);
  });

  it('are no more than allowed when they are guessed all at once', async () => {
    const api = await start({ RATE_LIMIT_AUTH_IDENTIFIER: '3/10m' });
    const statuses = await times(
      12,
      async () => (await api.logIn('amina@x.example', '192.0.2.1', wrong)).status,
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(3);
  });

  it('that were too many at once count as tries no longer than they are under way', async () => {
    const api = await start({ RATE_LIMIT_AUTH_IDENTIFIER: '3/10m' });
    let goOn: () => void = () => undefined;
    judging = new Promise((resolve) => (goOn = resolve));
    const statuses: number[] = [];
    const all = times(6, async () => statuses.push((await api.logIn('amina@x.example')).status));
    await eventually(async () => expect(statuses).toEqual([429, 429, 429]));
    goOn();
    await all;
    expect(statuses.slice(3)).toEqual([204, 204, 204]);
    for (let n = 0; n < 4; n += 1) expect((await api.logIn('amina@x.example')).status).toBe(204);
  });

  it('are not what registrations are: each of these counts, since it sends a code', async () => {
    const api = await start({ RATE_LIMIT_AUTH_IDENTIFIER: '2/10m' });
    const statuses: number[] = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await api.register('amina@x.example')).status);
    expect(statuses).toEqual([204, 204, 429]);
  });

  it('name a policy once, by the identifier with the least left', async () => {
    const api = await start({ RATE_LIMIT_AUTH_IDENTIFIER: '3/10m' });
    await api.logIn('amina', '192.0.2.1', wrong);
    // Amina's count is the lower, in either order of counting.
    for (const [username, email, left] of [
      ['amina', 'new@x.example', 1],
      ['bruno', 'amina', 0],
    ] as const) {
      const reply = await api.logIn(username, '192.0.2.1', { ...wrong, email });
      expect(said(reply, '-Policy')).toBe('"auth";q=60;w=60, "auth_identifier";q=3;w=600');
      expect(said(reply, '')).toMatch(
        new RegExp(`^"auth";r=\\d+;t=\\d+, "auth_identifier";r=${left};t=\\d+$`),
      );
      expect(said(reply, '-Remaining')).toBe(String(left));
    }
  });

  it('from one /64 are from one place', async () => {
    const api = await start({ RATE_LIMIT_AUTH: '1/60m' });
    expect((await api.logIn('a@x.example', '2001:db8:0:1::1')).status).toBe(204);
    expect((await api.logIn('b@x.example', '2001:db8:0:1:2:3:4:5')).status).toBe(429);
    expect((await api.logIn('b@x.example', '2001:db8::2:2:3:4:5')).status).toBe(204);
  });
});

const keys = async (): Promise<string[]> =>
  (await test.admin.query<{ key: string }>('select key from platform.rate_windows')).rows.map(
    ({ key }) => key,
  );
