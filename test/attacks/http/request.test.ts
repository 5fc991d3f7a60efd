import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isForPlatform } from '../../../api/route/access.js';
import type { TSchema } from 'typebox';
import type { Route } from '../../../api/route/route.js';
import { makeSite, type Actor } from '../../support/people/actors.js';
import { attackChance, attackRounds, attackRun } from '../attack-rounds.js';
import { codeOf, createRawClient, type RawClient } from '../../support/http/http.js';
import { makeHolding, type Holding } from '../../support/holdings/holdings.js';
import { makeShop } from '../../support/holdings/water.holding.js';
import { openConnection } from '../../support/http/raw-connection.js';
import {
  bodyWith,
  fieldsOf,
  isStream,
  nameOf,
  pathWith,
} from '../../support/routes/route-calls.js';
import { startTestSystem, type TestSystem } from '../../support/system/system.js';

let system: TestSystem;
let call: RawClient;
let owner: Actor;
let stranger: Actor;
let held: Holding;
let withBody: readonly Route[];
let lists: readonly Route[];

beforeAll(async () => {
  system = await startTestSystem();
  call = createRawClient(system.url);
  const [seller, one, two] = await Promise.all(
    ['seller', 'owner', 'stranger'].map((name) => system.signUp(name)),
  );
  if (!seller || !one || !two) throw new Error('three people');
  [owner, stranger] = [one, two];
  held = await makeHolding(system, owner, await makeShop(seller));
  await Promise.all([makeSite(owner), makeSite(owner), makeSite(stranger), makeSite(stranger)]);
  const { routes } = system.api;
  withBody = routes.filter(({ body }) => Object.keys(fieldsOf(body)).length > 0);
  lists = routes.filter(
    (each) => each.method === 'get' && 'cursor' in fieldsOf(each.query) && !isStream(each),
  );
});
afterAll(() => system.stop());

async function tokenFor({ access }: Route): Promise<string> {
  return isForPlatform(access) ? (await system.platformAdmin()).token : owner.token;
}
async function send(
  route: Route,
  body: string | undefined,
  query = '',
  headers: Record<string, string> = {},
) {
  const more = route.concurrency ? Object.assign({ 'if-match': '"1"' }, headers) : headers;
  const path = pathWith(route, { ...held }) + query;
  return call(route.method, path, { token: await tokenFor(route), body, headers: more });
}
/** The status of a request with the line sent as given, as no client would do. */
async function statusOf(line: string, token = owner.token): Promise<number> {
  const connection = await openConnection(Number(new URL(system.url).port));
  connection.send(
    `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
  );
  const received = await connection.closed();
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(received.toString('latin1'))?.[1]);
}
const isOurFault = (status: number): boolean => !(status < 500);

describe('a path', () => {
  it('that is another way to write one leads nowhere else', async () => {
    const account = owner.accountId;
    const foreign = stranger.accountId;
    const paths = [
      `/v1/accounts/${account}/../${foreign}/sites`,
      `/v1/accounts/${account}/..%2f${foreign}/sites`,
      `/v1/accounts/${account}/%2e%2e/${foreign}/sites`,
      `/v1/accounts/${foreign}/./sites`,
      `/v1/accounts/${foreign}//sites`,
      `//v1/accounts/${foreign}/sites`,
      `/v1//accounts/${foreign}/sites`,
      `/v1/accounts/${foreign};x=${account}/sites`,
      `/v1/accounts/${foreign}%00/sites`,
      `/v1/accounts/${foreign}%0d%0aX:y/sites`,
      `/v1/accounts/${foreign.toUpperCase()}/sites`,
      `/v1/accounts/${foreign.replaceAll('-', '')}/sites`,
      `/v1/accounts/{${foreign}}/sites`,
      `/v1/accounts/%7B${foreign}%7D/sites`,
      `/v1/accounts/urn:uuid:${foreign}/sites`,
      `/v1/accounts/${foreign}/sites/`,
      `/v1/accounts/${foreign}/sites?account_id=${account}`,
      `/v1/accounts/${account},${foreign}/sites`,
      `/v1/accounts/*/sites`,
      `/v1/accounts/%/sites`,
      `/v1/accounts/%zz/sites`,
      `/v1/accounts/%c0%ae%c0%ae/sites`,
      `/v1/accounts/%ed%a0%80/sites`,
      `/v1/accounts/00000000-0000-0000-0000-000000000000/sites`,
      `/v1/accounts/${"'"}or'1'='1/sites`,
      `/v1/accounts/${'a'.repeat(5_000)}/sites`,
      `/v1/${'a/'.repeat(3_000)}`,
      `/v1/accounts/__proto__/sites`,
      `/v1/accounts/constructor/sites`,
      `/V1/ACCOUNTS/${foreign}/SITES`,
      `/v1/internal/../accounts/${foreign}/sites`,
      `/docs/../../../etc/passwd`,
      `/docs/..%2f..%2fetc/passwd`,
      `/ui/..%5c..%5cetc/passwd`,
      `/.env`,
      `/.git/config`,
      `/%2e%2e/%2e%2e/etc/passwd`,
    ];
    const odd: unknown[] = [];
    for (const path of paths) {
      const status = await statusOf(`GET ${path}`);
      if (![400, 401, 403, 404, 414, 422].includes(status)) odd.push([path, status]);
    }
    expect(odd).toEqual([]);
    expect(await statusOf(`GET /v1/accounts/${account}/sites`)).toBe(200);
  });

  it.each([
    ['a header for the method', { 'X-HTTP-Method-Override': 'DELETE' }],
    ['a header for the method by its other name', { 'X-Method-Override': 'DELETE' }],
    ['a header for the address', { 'X-Original-URL': '/v1/internal/schedules' }],
    ['a header for the address by its other name', { 'X-Rewrite-URL': '/v1/internal/schedules' }],
    ['a header for the host', { 'X-Forwarded-Host': 'evil.example' }],
    ['a header for the prefix', { 'X-Forwarded-Prefix': '/v1/internal' }],
    ['a header for the person', { 'X-User-Id': '1', 'X-Principal-Id': '1', 'X-Role': 'ADMIN' }],
  ])('is the one that was asked for, whatever %s says', async (_name, headers) => {
    const path = `/v1/accounts/${owner.accountId}/sites`;
    const [plain, told] = await Promise.all([
      call('get', path, { token: owner.token }),
      call('get', path, {
        token: owner.token,
        headers: headers as unknown as Record<string, string>,
      }),
    ]);
    expect([told.status, told.body]).toEqual([plain.status, plain.body]);
    const overridden = await call('post', `/v1/reservoirs/${held.reservoir_id}?_method=DELETE`, {
      token: owner.token,
      headers: headers as unknown as Record<string, string>,
    });
    expect(codeOf(overridden)).toBe('405 METHOD_NOT_ALLOWED');
  });
});

/** Fields that decide about access, set by no caller. */
const privileged = [
  'account_id',
  'owner_account_id',
  'principal_id',
  'user_id',
  'tenant_id',
  'role',
  'roles',
  'is_admin',
  'is_internal_ops_admin',
  'platform_role',
  'permissions',
  'plan_version',
  'is_verified',
  'verified_at',
  'epoch',
  'version',
  'etag',
  'created_at',
  'updated_at',
  'deleted_at',
  'password_hash',
  'mqtt_password',
  'secret',
  'account',
  'owner',
  'principal',
  '$where',
  '$ne',
  '_id',
  'id',
  'buyer_account_id',
  'seller_account_id',
];

describe('a field that no route has', () => {
  it('is refused by each, and named', async () => {
    const odd: unknown[] = [];
    // A CloudEvent may carry any attribute, and no attribute decides about the account: the topic
    // does.
    const closed = withBody.filter(({ path }) => path !== '/v1/internal/telemetry/cloudevents');
    for (const route of closed) {
      const known = fieldsOf(route.body);
      const foreign = privileged.filter((name) => !(name in known));
      const body = Object.assign(
        {},
        bodyWith(route, { ...held }),
        Object.fromEntries(foreign.map((name) => [name, owner.accountId])),
      );
      const answer = await send(route, JSON.stringify(body));
      const faults = (Object(Object(answer.body).details).errors ?? []).map(
        ({ path }: { path: string }) => path,
      );
      const unnamed = foreign.filter((name) => !faults.includes(`/${name}`));
      if (codeOf(answer) !== '422 VALIDATION_ERROR' || unnamed.length > 0)
        odd.push([nameOf(route), codeOf(answer), unnamed]);
    }
    expect(withBody.length).toBeGreaterThan(20);
    expect(odd).toEqual([]);
  });
});

describe('a cursor', () => {
  const needed = (route: Route) => ('lat' in fieldsOf(route.query) ? '&lat=1&lng=1' : '');
  const cursorOf = async (route: Route): Promise<string | undefined> => {
    const { body } = await send(route, undefined, `?limit=1${needed(route)}`);
    return (Object(body).next_cursor ?? undefined) as string | undefined;
  };

  it('of one list is none of another', async () => {
    const path = '/v1/accounts/:account_id/sites';
    const sites = lists.find((route) => route.path === path);
    const cursor = sites && (await cursorOf(sites));
    expect(cursor).toBeDefined();
    const odd: unknown[] = [];
    for (const route of lists.filter((each) => each !== sites)) {
      const code = codeOf(await send(route, undefined, `?cursor=${cursor}${needed(route)}`));
      if (code !== '422 INVALID_CURSOR') odd.push([nameOf(route), code]);
    }
    expect(lists.length).toBeGreaterThan(8);
    expect(odd).toEqual([]);
  });

  it('of one account shows another nothing but its own', async () => {
    for (const route of lists.filter(({ path }) =>
      /^\/v1\/accounts\/:account_id\/[a-z-]+$/.test(path),
    )) {
      const cursor = await cursorOf(route);
      if (cursor === undefined) continue;
      const path = pathWith(route, { account_id: stranger.accountId });
      const { status, body } = await call('get', `${path}?cursor=${cursor}`, {
        token: stranger.token,
      });
      expect([nameOf(route), [200, 422].includes(status)]).toEqual([nameOf(route), true]);
      for (const id of [owner.accountId, held.site_id, held.reservoir_id, held.webhook_id])
        expect(JSON.stringify(body)).not.toContain(id);
    }
  });
});

describe('a query', () => {
  const wrong = [
    'limit=1&limit=2',
    'limit[]=1',
    'limit[$gt]=1',
    'limit=0',
    'limit=-1',
    'limit=1e9',
    'limit=1e400',
  ]
    .concat([
      'limit=1.5',
      'limit=NaN',
      'limit=Infinity',
      'limit=',
      'limit=%00',
      'limit=１',
      'limit=1%20or%201=1',
    ])
    .concat([
      'cursor=',
      'cursor=%00',
      'cursor=a&cursor=b',
      '__proto__=1',
      'constructor[prototype][x]=1',
      'a=%ff',
      '%=1',
    ]);

  it('that no list has is refused by each', async () => {
    const odd: unknown[] = [];
    for (const route of lists) {
      const extra = 'lat' in fieldsOf(route.query) ? '&lat=1&lng=1' : '';
      for (const query of wrong) {
        const code = codeOf(await send(route, undefined, `?${query}${extra}`));
        if (!['422 VALIDATION_ERROR', '422 INVALID_CURSOR'].includes(code))
          odd.push([nameOf(route), query, code]);
      }
    }
    expect(odd).toEqual([]);
  });
});

/** JSON texts, since numbers beyond JavaScript's cannot be written otherwise. */
const hostile: Readonly<Record<'string' | 'number', readonly string[]>> = {
  string: [
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"\\udfff\\ud800"',
    '"\\u202eevil"',
    '"\\u200b"',
    '"\\ufeff"',
    '"\\u2028"',
    '"a\\r\\nX: y"',
    `"'; drop table water.sites; --"`,
    '"$1"',
    '"%s%n"',
    '"{{7*7}}"',
    '"<script>1</script>"',
    JSON.stringify('e\u0301'.repeat(500)),
    JSON.stringify('👩‍👩‍👧‍👦'.repeat(100)),
    JSON.stringify('a'.repeat(200_000)),
    '"../../etc/passwd"',
    '"\\\\\\\\host\\\\share"',
    '"0000-00-00T00:00:00Z"',
    '"9999-12-31T23:59:60Z"',
    '"infinity"',
    '"+275760-09-13T00:00:00.001Z"',
    '"2026-02-30T00:00:00Z"',
    '"2026-01-01T00:00:00+99:99"',
    '"-infinity"',
    '"now"',
    '"00000000-0000-0000-0000-000000000000"',
    '"ffffffff-ffff-ffff-ffff-ffffffffffff"',
    '"__proto__"',
    '"NaN"',
  ],
  number: [
    '1e308',
    '-1e308',
    '1e400',
    '-1e400',
    '1e-400',
    '5e-324',
    '-0',
    '0.1e1',
    '9007199254740993',
    '1e21',
    '-1',
    '2147483648',
    '-2147483649',
    '9223372036854775808',
    '18446744073709551616',
    '0.30000000000000004',
    '1E+2',
  ],
};

function kindsOf(schema: TSchema): ReadonlySet<string> {
  const { type, anyOf } = schema as { type?: string; anyOf?: TSchema[] };
  const own = type === 'integer' ? ['number'] : type === undefined ? [] : [type];
  return new Set([...own, ...(anyOf ?? []).flatMap((each) => [...kindsOf(each)])]);
}
const withField = (route: Route, field: string, value: string): string => {
  const others = Object.entries(Object(bodyWith(route, { ...held }))).filter(
    ([name]) => name !== field,
  );
  const written = others.map(([name, other]) => `${JSON.stringify(name)}:${JSON.stringify(other)}`);
  return `{${[...written, `${JSON.stringify(field)}:${value}`].join(',')}}`;
};

describe(`a value (${attackRun})`, () => {
  it('that is meant to hurt is taken as a value or refused, in every field', async () => {
    const chance = attackChance();
    const odd: unknown[] = [];
    let requests = 0;
    for (const route of withBody)
      for (const [field, schema] of Object.entries(fieldsOf(route.body))) {
        const kinds = kindsOf(schema);
        const values = [
          ...(kinds.has('string') ? hostile.string : []),
          ...(kinds.has('number') ? hostile.number : []),
        ];
        // Some of the values in each field; all values in the long run.
        const tried = values.filter(() => chance.below(100) < 8 * attackRounds);
        for (const value of tried) {
          const { status, body } = await send(route, withField(route, field, value));
          requests += 1;
          if (isOurFault(status))
            odd.push([nameOf(route), field, value.slice(0, 60), status, body]);
        }
      }
    expect(odd).toEqual([]);
    expect(requests).toBeGreaterThan(80);
  });
});

describe(`a body (${attackRun})`, () => {
  const shapes: Readonly<Record<string, () => string>> = {
    'nested 10,000 deep': () => `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
    'objects nested 10,000 deep': () => `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    'a hundred thousand items': () => `[${'0,'.repeat(100_000)}0]`,
    'ten thousand fields': () =>
      `{${Array.from({ length: 10_000 }, (_, n) => `"f${n}":0`).join(',')}}`,
    'a prototype': () =>
      '{"__proto__":{"is_admin":true},"constructor":{"prototype":{"is_admin":true}}}',
    'a mark before it': () => '\ufeff{}',
    'the same name twice': () => '{"name":"a","name":{"b":1}}',
    'a number of 100,000 digits': () => `{"name":${'9'.repeat(100_000)}}`,
    'a comment': () => '{/* */}',
    'nothing but white': () => ' \n\t ',
    'two values': () => '{} {}',
    'a bare word': () => 'undefined',
  };

  it('in the shape of an attack is refused by every route', async () => {
    const chance = attackChance();
    const odd: unknown[] = [];
    for (const route of withBody)
      for (const [name, shape] of Object.entries(shapes)) {
        // Some shapes of each route; all shapes in the long run.
        if (chance.below(100) >= 20 * attackRounds) continue;
        const { status } = await send(route, shape());
        if (isOurFault(status)) odd.push([nameOf(route), name, status]);
      }
    expect(odd).toEqual([]);
    expect(Object('{}').is_admin).toBeUndefined();
  });

  it.each([
    ['packed', { 'content-encoding': 'gzip' }],
    ['packed twice', { 'content-encoding': 'gzip, gzip' }],
    ['in another packing', { 'content-encoding': 'br' }],
    ['in UTF-16', { 'content-type': 'application/json; charset=utf-16' }],
    ['in UTF-7', { 'content-type': 'application/json; charset=utf-7' }],
    ['of several parts', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['of a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['of XML', { 'content-type': 'application/xml' }],
    ['of YAML', { 'content-type': 'application/yaml' }],
    ['of no type', { 'content-type': '' }],
  ])('that is %s is not unpacked', async (_name, headers) => {
    const path = `/v1/accounts/${owner.accountId}/sites`;
    const packed = gzipSync(JSON.stringify({ name: 'x'.repeat(10) })).toString('latin1');
    const answer = await call('post', path, {
      token: owner.token,
      body: packed,
      headers: headers as unknown as Record<string, string>,
    });
    expect(codeOf(answer)).toBe('415 UNSUPPORTED_MEDIA_TYPE');
  });
});
