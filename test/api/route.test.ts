import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { anyone, route } from '../../api/route/route.js';
import { createSampleApi, ownAccount, routeThat, thingId } from './sample.js';
import type { LogLine } from '../support/api/test-api.js';

const { callback, lines } = createSampleApi({ settings: { bodyLimitBytes: 64 * 1024 } });
const agent = request(callback);
const things = `/v1/accounts/${ownAccount}/things`;
const post = (body: string, type = 'application/json') =>
  agent.post(things).set('Authorization', 'Bearer OWNER').set('Content-Type', type).send(body);
const refusal = (code: string, details: unknown = expect.anything()) => ({
  error_code: code,
  message: expect.any(String),
  details,
  request_id: expect.any(String),
});
const faults = async (body: unknown) => {
  const response = await post(typeof body === 'string' ? body : JSON.stringify(body)).expect(422);
  expect(response.body).toEqual(refusal('VALIDATION_ERROR'));
  return response.body.details.errors as { path: string; message: string }[];
};

describe('a request body', () => {
  it('is answered when it fits its schema', async () => {
    const response = await post('{"name":"Pump","size":2}').expect(201);
    expect(response.body).toEqual({ thing_id: thingId, name: 'Pump', etag: '"1"' });
    expect(response.headers).toMatchObject({ etag: '"1"', location: '/here' });
  });
  it('is 400 MALFORMED_JSON when it is not JSON or not UTF-8', async () => {
    for (const body of ['{"name":', 'name=1', '"\\ud800', '{"name":"x"}}'])
      expect((await post(body).expect(400)).body).toEqual(refusal('MALFORMED_JSON', {}));
    const latin1 = agent.post(things).set('Authorization', 'Bearer OWNER').type('json');
    latin1.write(Buffer.from('{"name":"\xe9"}', 'latin1'));
    expect((await latin1).status).toBe(400);
  });
  it('is 415 with another content type, charset or encoding', async () => {
    expect((await post('<name/>', 'text/xml').expect(415)).body).toEqual(
      refusal('UNSUPPORTED_MEDIA_TYPE', {}),
    );
    await post('{"name":"x"}', 'application/json; charset=utf-16').expect(415);
    await post('{"name":"x"}').set('Content-Encoding', 'gzip').expect(415);
    await post('{"name":"x"}', 'application/merge-patch+json').expect(201);
  });
  it('is 413 over the limit, whether its length is said or not', async () => {
    const huge = JSON.stringify({ name: 'x'.repeat(70 * 1024) });
    expect((await post(huge).expect(413)).body).toEqual(
      refusal('PAYLOAD_TOO_LARGE', { limit_bytes: 65536 }),
    );
    const chunked = agent
      .post(things)
      .set('Authorization', 'Bearer OWNER')
      .type('json')
      .set('Transfer-Encoding', 'chunked');
    chunked.write(huge.slice(0, 40_000));
    chunked.write(huge.slice(40_000));
    expect((await chunked).status).toBe(413);
  });
  it('has every fault named at once', async () => {
    const found = await faults({
      size: 99,
      kind: 'HUGE',
      tags: ['ok', 'far too long for a tag'],
      colour: 'red',
      'a/b': 1,
    });
    expect(found).toEqual(
      expect.arrayContaining([
        { path: '/name', message: 'is required' },
        { path: '/colour', message: 'is not a known field' },
        { path: '/a~1b', message: 'is not a known field' },
        { path: '/size', message: 'must be <= 10' },
        { path: '/kind', message: 'must be one of SMALL, LARGE' },
        { path: '/tags/1', message: expect.stringContaining('10 characters') },
      ]),
    );
    expect(found).toHaveLength(6);
  });
  it('is never coerced', async () => {
    expect(await faults({ name: 5, size: '3' })).toEqual([
      { path: '/name', message: 'must be string' },
      { path: '/size', message: 'must be integer' },
    ]);
    expect(await faults('[]')).toEqual([{ path: '', message: 'must be object' }]);
    expect(await faults('null')).toEqual([{ path: '', message: 'must be object' }]);
  });
  it('may be left out where nothing in it is required, and is named as missing where something is', async () => {
    const response = await agent.post(things).set('Authorization', 'Bearer OWNER').expect(422);
    expect(response.body.details.errors).toEqual([{ path: '/name', message: 'is required' }]);
  });
  it('may not reach prototypes, nest without end, or hold what PostgreSQL cannot store', async () => {
    expect(await faults('{"name":"x","__proto__":{"isAdmin":true}}')).toEqual([
      { path: '/__proto__', message: 'is not a known field' },
    ]);
    expect(await faults('{"name":"x","settings":{"constructor":1}}')).toEqual([
      { path: '/settings/constructor', message: 'is not a known field' },
    ]);
    const deep = `{"name":"x","settings":{"a":${'['.repeat(30)}${']'.repeat(30)}}}`;
    expect((await faults(deep))[0]?.message).toBe('must not nest deeper than 20');
    expect(
      (await faults({ name: 'x', settings: { list: Array(1001).fill(0) } }))[0]?.message,
    ).toContain('1000 items');
    expect((await faults({ name: 'a\0b' }))[0]?.path).toBe('/name');
    expect((await faults('{"name":"\\ud800"}'))[0]?.path).toBe('/name');
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });
  it('is not parsed by brute force: 60 KiB of brackets are refused at once', async () => {
    // By processor time rather than by the clock, moved on by other processes.
    const before = process.cpuUsage();
    await post('['.repeat(60_000)).expect(422);
    await post(`${'['.repeat(30_000)}${']'.repeat(30_000)}`).expect(422);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
  });
});

describe('a query', () => {
  const list = (query: string) =>
    agent.get(`${things}?${query}`).set('Authorization', 'Bearer VIEWER');
  it('is read from text, with defaults', async () => {
    const { body } = await list('limit=2&is_open=true').expect(200);
    expect(body.items).toEqual([
      { n: 1, is_open: true },
      { n: 2, is_open: true },
    ]);
    expect((await list('').expect(200)).body.items).toHaveLength(50);
  });
  it('is 422 with every fault named', async () => {
    const { body } = await list('limit=201&is_open=maybe&colour=red').expect(422);
    expect(body.details.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      '?colour',
      '?is_open',
      '?limit',
    ]);
    await list('limit=1&limit=2').expect(422);
  });
  it('leads from page to page by cursor and Link, and refuses a cursor that was changed', async () => {
    const first = await list('limit=2').expect(200);
    const [, next] = /^<(.*)>; rel="next"$/.exec(first.headers['link'] ?? '') ?? [];
    const second = await agent.get(String(next)).set('Authorization', 'Bearer VIEWER').expect(200);
    expect(second.body.items.map(({ n }: { n: number }) => n)).toEqual([3, 4]);
    const cursor = String(first.body.next_cursor);
    expect((await list(`cursor=X${cursor.slice(1)}`).expect(422)).body).toEqual(
      refusal('INVALID_CURSOR', {}),
    );
  });
});

describe('a path', () => {
  it('that is unknown is 404, and with another method 405 with Allow, TRACE too', async () => {
    expect((await agent.get('/nowhere').expect(404)).body).toEqual(refusal('ROUTE_NOT_FOUND', {}));
    for (const method of ['put', 'delete', 'trace'] as const) {
      const response = await agent[method](things).expect(405);
      expect(response.body).toEqual(refusal('METHOD_NOT_ALLOWED'));
      expect(response.headers['allow']?.split(', ').sort()).toEqual([
        'GET',
        'HEAD',
        'OPTIONS',
        'POST',
      ]);
    }
    await agent.options(things).expect(204).expect('Allow', /POST/);
  });
  it('prefers fixed segments over parameters, whatever was declared first', async () => {
    await agent.get(`${things}/special`).set('Authorization', 'Bearer OWNER').expect(204);
  });
  it('is not what another one with a parameter in it takes: it has methods of its own', async () => {
    for (const method of ['post', 'patch', 'delete'] as const) {
      const { headers } = await agent[method](`${things}/special`)
        .set('Authorization', 'Bearer OWNER')
        .expect(405);
      expect(headers['allow']).toBe('GET, HEAD, OPTIONS');
    }
    await agent.options(`${things}/special`).expect(204).expect('Allow', 'GET, HEAD, OPTIONS');
    await agent
      .options(`${things}/${thingId}`)
      .expect(204)
      .expect('Allow', 'GET, HEAD, OPTIONS, PATCH');
  });
  it('may end in a slash, and is no other with one more', async () => {
    await agent.get(`${things}/special/`).set('Authorization', 'Bearer OWNER').expect(204);
    await agent.put(`${things}/`).expect(405);
    await agent.get(`${things}/special//`).set('Authorization', 'Bearer OWNER').expect(404);
    await agent.get(`/${things}`).set('Authorization', 'Bearer OWNER').expect(404);
  });
  it('cannot have two routes of one method', () => {
    const one = routeThat(async () => ({ status: 204 }));
    expect(() => createSampleApi({ routes: [one, one] })).toThrow('two routes are GET /that');
    const named = (path: string) => ({ ...one, path });
    expect(() => createSampleApi({ routes: [named('/a/:one'), named('/a/:other')] })).toThrow(
      'are one path',
    );
  });
  it('with an id that is none is 404', async () => {
    const response = await agent
      .get(`${things}/not-an-id`)
      .set('Authorization', 'Bearer OWNER')
      .expect(404);
    expect(response.body).toEqual(refusal('RESOURCE_NOT_FOUND', {}));
    await agent.get(`${things}/%00`).set('Authorization', 'Bearer OWNER').expect(404);
    await agent.get(`${things}/%E0%A4%A`).set('Authorization', 'Bearer OWNER').expect(404);
  });
  it('answers HEAD like GET, without the body', async () => {
    const response = await agent
      .head(`${things}/${thingId}`)
      .set('Authorization', 'Bearer OWNER')
      .expect(200);
    expect(response.headers['etag']).toBe('"3"');
    expect(response.text).toBeUndefined();
  });
});

describe('a version', () => {
  const patch = () =>
    agent.patch(`${things}/${thingId}`).set('Authorization', 'Bearer OWNER').send({ name: 'New' });
  it('must be named (428), must be current (412), and comes back changed', async () => {
    expect((await patch().expect(428)).body).toEqual(refusal('PRECONDITION_REQUIRED', {}));
    for (const stale of ['"2"', 'W/"3"', '*'])
      expect((await patch().set('If-Match', stale).expect(412)).body).toEqual(
        refusal('PRECONDITION_FAILED', { current_etag: '"3"' }),
      );
    await patch().set('If-Match', '"3"').expect(200).expect('ETag', '"4"');
  });
  it('is named in quotes (422)', async () => {
    expect((await patch().set('If-Match', '3').expect(422)).body).toEqual(
      refusal('VALIDATION_ERROR', {
        errors: [{ path: 'If-Match', message: 'must be an ETag in its quotes, such as "3"' }],
      }),
    );
  });
  it('that the caller has is 304', async () => {
    const get = agent.get(`${things}/${thingId}`).set('Authorization', 'Bearer OWNER');
    const response = await get.set('If-None-Match', '"3"').expect(304);
    expect(response.text).toBe('');
  });
});

describe('every answer', () => {
  it('has the request id that was given, if it is sane, or a new one', async () => {
    await agent.get('/health').set('X-Request-Id', 'abc-123').expect('X-Request-Id', 'abc-123');
    const { headers, body } = await agent
      .get('/nowhere')
      .set('X-Request-Id', 'a b<script>')
      .expect(404);
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.request_id).toBe(headers['x-request-id']);
  });
  it('has the security headers and is not cached', async () => {
    const { headers } = await agent.get('/health').expect(200);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'strict-transport-security': expect.any(String),
      'cache-control': 'no-store',
    });
    expect(headers['x-powered-by']).toBeUndefined();
  });
  it('is one line of log, by pattern and ids only', async () => {
    lines.length = 0;
    await agent
      .get(`${things}/${thingId}?secret=1`)
      .set('Authorization', 'Bearer OWNER')
      .set('X-Request-Id', 'line-1');
    const expected: LogLine = {
      level: 'info',
      message: 'request',
      fields: {
        method: 'GET',
        route: '/v1/accounts/:account_id/things/:thing_id',
        status: 200,
        ms: expect.any(Number),
        request_id: 'line-1',
        account_id: ownAccount,
      },
    };
    expect(lines).toEqual([expected]);
  });
  it('carries CORS headers for any port of this machine in development, and for nobody in production', async () => {
    const from = async (origin: string, settings = {}) => {
      const browser = request(createSampleApi({ settings }).callback);
      return (await browser.get('/health').set('Origin', origin).expect(200)).headers[
        'access-control-allow-origin'
      ];
    };
    const loopback = [
      'http://localhost:5173',
      'http://127.0.0.1:8080',
      'https://localhost',
      'http://[::1]:4000',
    ];
    for (const origin of loopback) {
      expect(await from(origin)).toBe(origin);
      expect(await from(origin, { isProduction: true })).toBeUndefined();
      expect(
        await from(origin, { isProduction: true, corsOrigins: ['https://app.example'] }),
      ).toBeUndefined();
    }
    for (const origin of [
      'http://evil.example',
      'http://localhost.evil.example',
      'null',
      'file://localhost',
      'x',
    ])
      expect(await from(origin)).toBeUndefined();
  });
  it('carries CORS headers for the configured origins only', async () => {
    const browser = request(
      createSampleApi({ settings: { corsOrigins: ['https://app.example'] } }).callback,
    );
    await browser
      .get('/health')
      .set('Origin', 'https://app.example')
      .expect('Access-Control-Allow-Origin', 'https://app.example')
      .expect(
        'Access-Control-Expose-Headers',
        /ETag.*Link.*Location.*Retry-After.*Idempotency-Replayed.*RateLimit-Reset/,
      );
    const stranger = await browser.get('/health').set('Origin', 'https://evil.example').expect(200);
    expect(stranger.headers['access-control-allow-origin']).toBeUndefined();
    const preflight = browser.options(things).set('Origin', 'https://app.example');
    await preflight
      .set('Access-Control-Request-Method', 'POST')
      .set('Access-Control-Request-Headers', 'anything')
      .expect(204)
      .expect('Access-Control-Allow-Methods', /POST/)
      .expect(
        'Access-Control-Allow-Headers',
        /Authorization.*Content-Type.*Idempotency-Key.*If-Match.*traceparent/,
      );
  });
});

describe('a handler', () => {
  it('does not compile when it answers what is not declared, or reads what is not there', () => {
    const declared = {
      method: 'get',
      summary: 'One',
      tag: 'Samples',
      access: anyone(),
      responses: { 204: null },
    } as const;
    // @ts-expect-error 200 is not declared
    route({ ...declared, path: '/one' }).handledBy(async () => ({ status: 200 }));
    route({ ...declared, path: '/one/:id' }).handledBy(async ({ params }) => ({
      // @ts-expect-error the path has no such parameter
      status: params.other ? 204 : 204,
    }));
    route({ ...declared, path: '/one' }).handledBy(async ({ caller }) => ({
      // @ts-expect-error nobody is signed in
      status: caller.userId ? 204 : 204,
    }));
  });
  const answering = (work: () => Promise<unknown>, settings = {}) => {
    const api = createSampleApi({ routes: [routeThat(work)], settings });
    return { get: () => request(api.callback).get('/that'), lines: api.lines };
  };
  it('that throws is 500 and tells nothing, while the log tells all', async () => {
    const bug = new Error('select password from users');
    const { get, lines: logged } = answering(() => Promise.reject(bug));
    const response = await get().expect(500);
    expect(response.body).toEqual(refusal('INTERNAL_ERROR', {}));
    expect(response.text).not.toContain('password');
    expect(logged).toEqual([
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ err: bug }) }),
    ]);
  });
  it.each([
    ['a body that does not fit', { status: 200, body: { ok: 'yes' } }],
    ['a field that is not declared', { status: 200, body: { ok: true, extra: 1 } }],
    ['a status that is not declared', { status: 202, body: {} }],
    ['a body where there is none', { status: 204, body: {} }],
  ])('that answers %s has a bug, found where responses are validated', async (_case, reply) => {
    const { get, lines: logged } = answering(async () => reply);
    await get().expect(500);
    expect(String(logged[0]?.fields['err'])).toContain('GET /that');
    expect((await answering(async () => reply, { isProduction: true }).get()).status).toBe(
      reply.status,
    );
  });
  it('that outlives the deadline is answered 503 with Retry-After', async () => {
    const { get } = answering(
      () => new Promise((resolve) => setTimeout(resolve, 200, { status: 204 })),
      {
        deadlineMs: 30,
      },
    );
    const response = await get().expect(503).expect('Retry-After', '1');
    expect(response.body).toEqual(refusal('SERVICE_UNAVAILABLE', { deadline_ms: 30 }));
  });
});
