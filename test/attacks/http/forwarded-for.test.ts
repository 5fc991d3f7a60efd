import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Type } from 'typebox';
import { anyone, route } from '../../../api/route/route.js';
import { closedObject } from '../../../api/route/schema.js';
import { loadConfig } from '../../../config.js';
import { rateRecords } from '../../../db/platform/rate.records.js';
import { platformAccountId } from '../../../db/connection/database.js';
import { floodRatesOf, ratesOf } from '../../../workers/api/rates.js';
import { createSampleApi } from '../../api/sample.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { openConnection } from '../../support/http/raw-connection.js';
import { requestMemory } from '../../support/http/requests.js';

let test: TestDatabase;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await test.drop();
});

/** A route for anyone, counted by the address of the call. */
const login = route({
  method: 'post',
  path: '/v1/auth/login',
  summary: 'A sample',
  tag: 'Samples',
  access: anyone(),
  body: closedObject({ n: Type.Integer() }),
  responses: { 204: null },
}).handledBy(async () => ({ status: 204 }));

async function start(trustsProxy: boolean): Promise<number> {
  const api = createSampleApi({
    database: test.database,
    requests: requestMemory(),
    routes: [login],
    rateLimits: {
      rates: ratesOf(loadConfig({ RATE_LIMIT_AUTH: '5/10m' })),
      floods: floodRatesOf(loadConfig({})),
      records: rateRecords(test.database.statements({ accountId: platformAccountId })),
      identifierKey: 'a key of tests',
    },
    settings: { trustsProxy },
  });
  const server = await api.listen(0, '127.0.0.1');
  stops.push(() => api.drain());
  return (server.address() as AddressInfo).port;
}

/** Claimed origins of a call, in any header. */
const claims: readonly string[] = [
  ...Array.from({ length: 30 }, (_, n) => `X-Forwarded-For: 198.51.100.${n}`),
  ...Array.from({ length: 10 }, (_, n) => `X-Forwarded-For: 198.51.100.${n}, 127.0.0.1`),
  ...Array.from({ length: 10 }, (_, n) => `X-Forwarded-For: 2001:db8:${n}::1`),
  ...Array.from({ length: 4 }, (_, n) => `Forwarded: for=198.51.100.${n};proto=https`),
  ...Array.from({ length: 4 }, (_, n) => `X-Real-IP: 198.51.100.${n}`),
  ...Array.from({ length: 4 }, (_, n) => `X-Client-IP: 198.51.100.${n}`),
  ...Array.from({ length: 4 }, (_, n) => `CF-Connecting-IP: 198.51.100.${n}`),
  ...Array.from({ length: 4 }, (_, n) => `True-Client-IP: 198.51.100.${n}`),
  'X-Forwarded-For: ',
  'X-Forwarded-For: unknown',
  'X-Forwarded-For: 127.0.0.1',
  'x-forwarded-for: ::1',
  'X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 198.51.100.2',
];

async function statusOf(port: number, headers: string): Promise<number> {
  const connection = await openConnection(port);
  const head = `POST /v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 7`;
  connection.send(`${head}\r\nConnection: close\r\n${headers}\r\n\r\n{"n":1}`);
  const received = await connection.closed();
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(received.toString('latin1'))?.[1]);
}

describe('who says to come from many places', () => {
  it(`is counted as one where no proxy is believed: ${claims.length} claims`, async () => {
    const port = await start(false);
    const statuses: number[] = [];
    for (const claim of claims) statuses.push(await statusOf(port, claim));
    expect(statuses.slice(0, 5)).toEqual([204, 204, 204, 204, 204]);
    expect(new Set(statuses.slice(5))).toEqual(new Set([429]));
  });

  it('is counted by what the proxy wrote last, whatever stands before it', async () => {
    const port = await start(true);
    const statuses: number[] = [];
    for (let n = 0; n < 20; n += 1)
      statuses.push(
        await statusOf(port, `X-Forwarded-For: 198.51.100.${n}, 10.0.0.${n}, 203.0.113.7`),
      );
    expect(statuses.slice(0, 5)).toEqual([204, 204, 204, 204, 204]);
    expect(new Set(statuses.slice(5))).toEqual(new Set([429]));
  });
});
