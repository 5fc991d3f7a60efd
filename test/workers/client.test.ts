import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  answered,
  createMillraceClient,
  MillraceError,
  type MillraceClient,
  type operations,
} from '../../client/index.js';
import { clientTypes } from '../../workers/client/type-texts.js';
import { openApiDocument } from '../support/routes/openapi-document.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

type Body<Id extends 'verifyIdentifier'> =
  operations[Id]['requestBody']['content']['application/json'];

/** Never called: the test is whether the function compiles. */
async function _typed(client: MillraceClient): Promise<void> {
  // @ts-expect-error an address is a text
  await client.POST('/v1/auth/register', { body: { email: 5, password: 'a long one' } });
  // @ts-expect-error one of the two is needed
  await client.POST('/v1/auth/register', { body: { password: 'a long one' } });
  const verification = { phone_e164: '+254712345678', otp: '042137' };
  const misspelt: Body<'verifyIdentifier'> = {
    phone_e164: '+254712345678',
    otp: '042137',
    // @ts-expect-error no such field
    passwort: 'typo',
  };
  await client.POST('/v1/auth/verify-identifier', { body: verification });
  void misspelt;
  // @ts-expect-error no body
  await client.POST('/v1/auth/request-identifier-verification', {});
  // @ts-expect-error no such path
  await client.GET('/v1/nowhere');
  await client.POST('/v1/auth/register', {
    body: { phone_e164: '+254712345678', password: 'a long one' },
  });
  const path = { reservoir_id: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f' };
  const { level_state: state } = await answered(
    client.GET('/v1/reservoirs/{reservoir_id}', { params: { path } }),
  );
  const known: 'FULL' | 'NORMAL' | 'LOW' | 'CRITICAL' | null = state;
  void known;
}

it('its types are those of the routes as they are; npm run client writes them', async () => {
  expect(read('client/openapi.ts') === (await clientTypes(openApiDocument()))).toBe(true);
});

it('it is a package of this version, over the library that Millrace itself has', () => {
  const [own, root] = [JSON.parse(read('client/package.json')), JSON.parse(read('package.json'))];
  expect(own.version).toBe(root.version);
  expect(own.dependencies).toEqual({ 'openapi-fetch': root.dependencies['openapi-fetch'] });
  expect(own.exports['.']).toEqual({ types: './dist/index.d.ts', default: './dist/index.js' });
});

describe('a client', () => {
  let server: Server;
  let baseUrl: string;
  const asked: IncomingMessage[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request);
      const refusal = {
        error_code: 'INVALID_CREDENTIALS',
        message: 'No.',
        details: { tries: 1 },
        request_id: 'r-1',
      };
      const isRefused = request.url === '/v1/auth/login';
      response.writeHead(isRefused ? 401 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isRefused ? refusal : { items: [] }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  it('asks with the token of the moment, and with none where there is none', async () => {
    const tokens = ['first', 'second', undefined];
    const client = createMillraceClient({ baseUrl, token: () => tokens.shift() });
    for (let n = 0; n < 3; n += 1)
      expect(await answered(client.GET('/v1/plans'))).toEqual({ items: [] });
    expect(asked.splice(0).map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
      undefined,
    ]);
  });

  it('throws a refusal with all that it says', async () => {
    const client = createMillraceClient({ baseUrl });
    const refusal = await answered(
      client.POST('/v1/auth/login', { body: { username: 'a@b.example', password: 'wrong' } }),
    ).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(MillraceError);
    expect(refusal).toMatchObject({
      status: 401,
      code: 'INVALID_CREDENTIALS',
      message: 'No.',
      details: { tries: 1 },
      requestId: 'r-1',
    });
  });
});
