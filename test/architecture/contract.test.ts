import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isForPlatform } from '../../api/route/access.js';
import { exampleOf } from '../../api/openapi/example.js';
import { mediaTypeOf, type Route } from '../../api/route/route.js';
import { closedObject } from '../../api/route/schema.js';
import { compileBody, compileQuery, compileReply } from '../../api/route/validator.js';
import { Type, type TSchema } from 'typebox';
import type { Actor } from '../support/people/actors.js';
import {
  answerOf,
  codeOf,
  createRawClient,
  type RawAnswer,
  type RawRequest,
} from '../support/http/http.js';
import { eventually } from '../support/timing/eventually.js';
import { makeHolding, type Holding } from '../support/holdings/holdings.js';
import { makeShop } from '../support/holdings/water.holding.js';
import { bodyWith, fieldsOf, nameOf, pathWith } from '../support/routes/route-calls.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';
import { leastOf, testedRoutes } from '../support/routes/tested-domain.js';
import { ourSchemas } from '../support/servers/schemas.js';

let system: TestSystem;
let owner: Actor;
let admin: Actor;
let held: Holding;
let routes: readonly Route[];
let withBody: readonly Route[];
let before: unknown;

beforeAll(async () => {
  system = await startTestSystem();
  const seller = await system.signUp('seller');
  [owner, admin] = [await system.signUp('owner'), await system.platformAdmin()];
  held = await makeHolding(system, owner, await makeShop(seller));
  routes = testedRoutes(system.api.routes);
  withBody = routes.filter(({ body }) => body !== undefined);
  await eventually(async () => expect(await underWay()).toBe(0));
  before = await rowCounts();
});
afterAll(() => system.stop());

/** Events with consequences still to come. */
async function underWay(): Promise<unknown> {
  const { rows } = await system.admin.query<{ count: number }>(
    `select (select count(*) from identity.tokens where delivery_status = 'QUEUED')::int
       + (select count(*) from platform.events where dispatched_at is null)::int
       + (select count(*) from platform.deliveries where state = 'PENDING' and consumer_id like 'internal/%')::int as count`,
  );
  return rows[0]?.count;
}

async function rowCounts(): Promise<unknown> {
  const { rows: tables } = await system.admin.query<{ name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in (${ourSchemas}) order by 1`);
  expect(tables.length).toBeGreaterThan(25);
  // A refused request counts against the limit all the same; and the gateway notes every few
  // seconds how devices came in.
  const noted = ['platform.rate_windows', 'devices.device_access'];
  const kept = tables.filter(({ name }) => !noted.includes(name));
  const counts = kept.map(({ name }) => `(select count(*)::int from ${name}) as "${name}"`);
  return (await system.admin.query(`select ${counts.join(', ')}`)).rows[0];
}

/** As somebody who may call the route, for things of the same account. */
function send(route: Route, request: RawRequest, query = ''): Promise<RawAnswer> {
  const { token } = isForPlatform(route.access) ? admin : owner;
  const headers = { ...(route.concurrency ? { 'if-match': '"1"' } : {}), ...request.headers };
  return createRawClient(system.url)(route.method, pathWith(route, { ...held }) + query, {
    token,
    ...request,
    headers,
  });
}

/** Each route's unexpected answers. */
async function oddAnswers(
  requests: (route: Route) => Promise<RawAnswer>[],
  expected: string,
): Promise<string[]> {
  const odd: string[] = [];
  for (const route of withBody)
    for (const answer of await Promise.all(requests(route)))
      if (codeOf(answer) !== expected)
        odd.push(`${nameOf(route)}: ${answerOf(answer).slice(0, 300)}`);
  return odd;
}

const faultPaths = ({ body }: RawAnswer): string[] =>
  (Object(Object(body).details).errors ?? []).map(({ path }: { path: string }) => path);

/** Of a form defined by others, and open to additions. */
function isOpen(schema: unknown): boolean {
  const { anyOf = [], additionalProperties } = Object(schema) as {
    anyOf?: unknown[];
    additionalProperties?: unknown;
  };
  return additionalProperties === true || anyOf.some(isOpen);
}

/** One value of each JSON type outside the schema's types. */
function wrongValues(schema: TSchema): unknown[] {
  const types = typesOf(schema);
  const samples = {
    object: { no: 'such' },
    array: [[]],
    boolean: true,
    number: 0.5,
    string: '\u00a0nonsense',
    null: null,
  };
  return Object.entries(samples).flatMap(([type, value]) =>
    types.has(type) || types.has('anything') ? [] : [value],
  );
}

function typesOf(schema: TSchema): Set<string> {
  const {
    type,
    anyOf,
    enum: values,
  } = schema as { type?: string; anyOf?: TSchema[]; enum?: unknown[] };
  const constant =
    'const' in schema ? [typeof schema['const']] : (values ?? []).map((value) => typeof value);
  const own = type === undefined ? constant : [type === 'integer' ? 'number' : type];
  const all = [...own, ...(anyOf ?? []).flatMap((each) => [...typesOf(each)])];
  return new Set(all.length > 0 ? all : ['anything']);
}

describe('every route that takes a body', () => {
  it('is here', () => {
    expect(withBody.length).toBeGreaterThan(leastOf(20));
  });

  it('says so when it is not JSON', async () => {
    const broken = ['{"name": ', '{name: 1}', '\u0000', '{"a":1}{'];
    expect(
      await oddAnswers(
        (route) => broken.map((body) => send(route, { body })),
        '400 MALFORMED_JSON',
      ),
    ).toEqual([]);
  });

  it('says so when it is of another type than JSON', async () => {
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/xml',
      'application/json; charset=latin1',
    ];
    const requests = (route: Route) =>
      types.map((type) =>
        send(route, {
          body: JSON.stringify(bodyWith(route, {}) ?? {}),
          headers: { 'content-type': type },
        }),
      );
    expect(await oddAnswers(requests, '415 UNSUPPORTED_MEDIA_TYPE')).toEqual([]);
  });

  it('says so when it is larger than allowed', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(300 * 1024) });
    expect(await oddAnswers((route) => [send(route, { body })], '413 PAYLOAD_TOO_LARGE')).toEqual(
      [],
    );
  });

  it('says so when it is another kind of value altogether', async () => {
    const values = (route: Route) =>
      wrongValues(route.body ?? {}).map((body) => send(route, { body: JSON.stringify(body) }));
    expect(await oddAnswers(values, '422 VALIDATION_ERROR')).toEqual([]);
  });

  it('names the field that it does not know', async () => {
    const odd: string[] = [];
    for (const route of withBody.filter(
      ({ body }) => Object.keys(fieldsOf(body)).length > 0 && !isOpen(body),
    )) {
      const answer = await send(route, {
        body: { ...Object(bodyWith(route, {})), no_such_field: 1 },
      });
      if (
        codeOf(answer) !== '422 VALIDATION_ERROR' ||
        !faultPaths(answer).includes('/no_such_field')
      )
        odd.push(`${nameOf(route)}: ${answerOf(answer)}`);
    }
    expect(odd).toEqual([]);
  });

  it('names each field whose value is of the wrong type', async () => {
    const odd: string[] = [];
    let fieldCount = 0;
    for (const route of withBody)
      for (const [field, schema] of Object.entries(fieldsOf(route.body))) {
        fieldCount += 1;
        for (const value of wrongValues(schema)) {
          const answer = await send(route, {
            body: { ...Object(bodyWith(route, {})), [field]: value },
          });
          const isNamed = faultPaths(answer).some(
            (path) => path === `/${field}` || path.startsWith(`/${field}/`),
          );
          if (codeOf(answer) !== '422 VALIDATION_ERROR' || !isNamed)
            odd.push(
              `${nameOf(route)} ${field}=${JSON.stringify(value)}: ${answerOf(answer).slice(0, 300)}`,
            );
        }
      }
    expect(fieldCount).toBeGreaterThan(leastOf(60));
    expect(odd).toEqual([]);
  });
});

describe('every route that takes a query', () => {
  it('names the parameter that is wrong, or that it does not know', async () => {
    const odd: string[] = [];
    const queried = routes.filter(({ query }) => query !== undefined);
    expect(queried.length).toBeGreaterThan(leastOf(8));
    for (const route of queried) {
      const wrong = Object.entries(fieldsOf(route.query)).flatMap(([name, schema]) =>
        typesOf(schema).has('number') ? [`${name}=many`] : [],
      );
      // A provider sends people back with parameters of any name.
      const isClosed = Object(route.query).additionalProperties === false;
      for (const query of [...(isClosed ? ['no_such_parameter=1'] : []), ...wrong]) {
        const answer = await send(route, {}, `?${query}`);
        const named = faultPaths(answer).includes(`?${query.split('=')[0]}`);
        if (codeOf(answer) !== '422 VALIDATION_ERROR' || !named)
          odd.push(`${nameOf(route)}?${query}: ${answerOf(answer)}`);
      }
      if (!('cursor' in fieldsOf(route.query))) continue;
      const needed = 'lat' in fieldsOf(route.query) ? '&lat=1&lng=1' : '';
      const answer = await send(route, {}, `?cursor=bm9uc2Vuc2U${needed}`);
      if (codeOf(answer) !== '422 INVALID_CURSOR')
        odd.push(`${nameOf(route)}: ${answerOf(answer)}`);
    }
    expect(odd).toEqual([]);
  });
});

describe('every schema', () => {
  const unfit = (compile: typeof compileBody, schema: TSchema): boolean => {
    const example = exampleOf(schema);
    return example === undefined || compile(schema)(structuredClone(example)).length > 0;
  };

  it('has an example that fits it', () => {
    const odd: string[] = [];
    for (const route of routes) {
      if (route.body && unfit(compileBody, route.body))
        odd.push(`${nameOf(route)}: ${JSON.stringify(exampleOf(route.body))}`);
      for (const [status, schema] of Object.entries(route.responses))
        if (schema && mediaTypeOf(schema) === undefined && unfit(compileReply, schema))
          odd.push(`${nameOf(route)} ${status}: ${JSON.stringify(exampleOf(schema))}`);
    }
    expect(odd).toEqual([]);
  });

  it('is one that can be compiled', () => {
    for (const { params, query, body, responses } of routes) {
      const replies = Object.values(responses).filter(
        (schema) => schema && mediaTypeOf(schema) === undefined,
      );
      expect(() => {
        compileBody(params)(undefined);
        if (query) compileQuery(query)(undefined);
        if (body) compileBody(body)(undefined);
        for (const reply of replies) if (reply) compileReply(reply)(undefined);
      }).not.toThrow();
    }
  });

  it('is found when its example does not', () => {
    const named = (example: object) =>
      closedObject({ name: Type.String({ minLength: 3 }) }, { examples: [example] });
    expect(unfit(compileBody, named({ name: 'Yard' }))).toBe(false);
    expect(unfit(compileBody, named({ name: 'Y' }))).toBe(true);
    expect(unfit(compileBody, closedObject({ code: Type.String({ pattern: '^x$' }) }))).toBe(true);
  });
});

describe('after all that', () => {
  it('nothing is stored, not even half', async () => {
    expect(await rowCounts()).toEqual(before);
  });
});
