import { Type } from 'typebox';
import type { Database, ReadScope, WriteScope } from '../../db/connection/database.js';
import { uuid as uuidColumn } from '../../db/connection/column.js';
import { query } from '../../db/connection/query.js';
import type { ApiParts } from '../../api/server.js';
import type { Authenticator, Caller, Role } from '../../api/route/caller.js';
import { createCursors } from '../../api/shared/cursor.js';
import { etag } from '../../api/shared/etag.js';
import {
  anyone,
  developmentOnly,
  member,
  platformAdmin,
  resource,
  route,
  signedIn,
  type Route,
} from '../../api/route/route.js';
import {
  component,
  nullable,
  closedObject,
  page,
  pageQuery,
  uuid,
} from '../../api/route/schema.js';
import { failure } from '../../workflows/shared/failure.js';
import { createTestApi, noRequests } from '../support/api/test-api.js';

export const ownAccount = '0198f0c2-0000-7000-8000-000000000001';
export const otherAccount = '0198f0c2-0000-7000-8000-000000000002';
export const foreignAccount = '0198f0c2-0000-7000-8000-000000000003';
export const thingId = '0198f0c2-0000-7000-8000-00000000000a';
export const ownTank = '0198f0c2-0000-7000-8000-00000000000b';
export const foreignTank = '0198f0c2-0000-7000-8000-00000000000c';
const tankOwners: Record<string, string> = {
  [ownTank]: otherAccount,
  [foreignTank]: foreignAccount,
};

const cursors = createCursors('a key of tests');
const things = closedObject({ account_id: uuid, thing_id: uuid });
const thing = component(
  'Thing',
  closedObject({ thing_id: uuid, name: Type.String(), etag: Type.String() }),
);
const newThing = closedObject({
  name: Type.String({ minLength: 1, maxLength: 20, examples: ['Pump'] }),
  size: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
  kind: Type.Optional(Type.Enum(['SMALL', 'LARGE'])),
  tags: Type.Optional(Type.Array(Type.String({ maxLength: 10 }), { maxItems: 5 })),
  settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

const basics = { summary: 'A sample', tag: 'Samples' } as const;

export const sampleRoutes: Route[] = [
  route({
    ...basics,
    method: 'post',
    path: '/v1/accounts/:account_id/things',
    access: member('OWNER', 'MANAGER'),
    body: newThing,
    responses: { 201: thing },
    errors: ['CONFLICT'],
  }).handledBy(async ({ body }) => {
    if (body.name === 'taken') throw failure('CONFLICT', { conflict: { conflict_type: 'NAME' } });
    return {
      status: 201,
      body: { thing_id: thingId, name: body.name, etag: etag(1) },
      headers: { Location: '/here' },
    };
  }),
  route({
    ...basics,
    method: 'get',
    path: '/v1/accounts/:account_id/things',
    access: member(),
    query: closedObject({ ...pageQuery.properties, is_open: Type.Optional(Type.Boolean()) }),
    responses: {
      200: page(closedObject({ n: Type.Integer(), is_open: nullable(Type.Boolean()) })),
    },
  }).handledBy(async ({ query }) => {
    const from = Number(cursors.decode(query.cursor)?.[0] ?? 0);
    const rows = Array.from({ length: query.limit + 1 }, (_, i) => ({
      n: from + i + 1,
      is_open: query.is_open ?? null,
    }));
    return { status: 200, body: cursors.page(rows, query.limit, ({ n }) => [n]) };
  }),
  route({
    ...basics,
    method: 'get',
    path: '/v1/accounts/:account_id/things/:thing_id',
    access: member(),
    params: things,
    responses: { 200: thing },
  }).handledBy(async ({ params }) => ({
    status: 200,
    body: { thing_id: params.thing_id, name: 'Pump', etag: etag(3) },
  })),
  route({
    ...basics,
    method: 'patch',
    path: '/v1/accounts/:account_id/things/:thing_id',
    access: member('OWNER'),
    concurrency: 'if-match',
    body: closedObject({ name: Type.String() }),
    responses: { 200: thing },
  }).handledBy(async ({ params, ifMatch, body }) => {
    if (ifMatch !== 3) throw failure('PRECONDITION_FAILED', { current_etag: etag(3) });
    return {
      status: 200,
      body: { thing_id: params.thing_id, name: body.name, etag: etag(ifMatch + 1) },
    };
  }),
  route({
    ...basics,
    method: 'get',
    path: '/v1/accounts/:account_id/things/special',
    access: member(),
    responses: { 204: null },
  }).handledBy(async () => ({ status: 204 })),
  route({
    ...basics,
    method: 'get',
    path: '/v1/tanks/:tank_id',
    access: resource('tank', 'tank_id', 'OWNER', 'MEMBER'),
    responses: { 200: closedObject({ account_id: uuid, tank_id: uuid }) },
  }).handledBy(async ({ accountId, params }) => ({
    status: 200,
    body: { account_id: accountId, tank_id: params.tank_id },
  })),
  route({
    ...basics,
    method: 'get',
    path: '/v1/me',
    access: signedIn(),
    responses: { 200: closedObject({ user_id: uuid, is_admin: Type.Boolean() }) },
  }).handledBy(async ({ caller }) => ({
    status: 200,
    body: { user_id: caller.userId, is_admin: caller.isPlatformAdmin },
  })),
  route({
    ...basics,
    method: 'get',
    path: '/v1/admin',
    access: platformAdmin(),
    responses: { 204: null },
  }).handledBy(async () => ({ status: 204 })),
  route({
    ...basics,
    method: 'get',
    path: '/dev',
    access: developmentOnly(),
    responses: { 204: null },
  }).handledBy(async () => ({ status: 204 })),
];

/** A route with the test's own handler. */
export const routeThat = (work: () => Promise<unknown>): Route =>
  route({
    ...basics,
    method: 'get',
    path: '/that',
    access: anyone(),
    responses: { 200: closedObject({ ok: Type.Boolean() }), 204: null },
  }).handledBy(async () => (await work()) as never);

export const aCaller = (role: Role = 'OWNER', isPlatformAdmin = false): Caller => ({
  kind: 'SESSION',
  userId: '0198f0c2-0000-7000-8000-0000000000f1',
  principalId: '0198f0c2-0000-7000-8000-0000000000f2',
  sessionId: '0198f0c2-0000-7000-8000-0000000000f3',
  isPlatformAdmin,
  isSupport: false,
  memberships: [
    { accountId: ownAccount, role },
    { accountId: otherAccount, role: 'MEMBER' },
  ],
  grants: [],
});

/** Tokens are the names of roles, and `admin`. */
const authenticator: Authenticator = {
  async authenticate(token) {
    if (token === 'admin') return aCaller('OWNER', true);
    if (token === 'OWNER' || token === 'MANAGER' || token === 'VIEWER') return aCaller(token);
    throw failure('UNAUTHENTICATED');
  },
};

/** Row-level security, in one line: an account sees the account's own tanks. */
const reads: Database['reads'] = (context) =>
  ({
    context,
    read: async (_query: unknown, { id }: { id: string }) =>
      tankOwners[id] === context.accountId ? [{ found: 1 }] : [],
  }) as unknown as ReadScope;

/** The account of a tank. */
const locateTank = query({
  name: 'test.tank.locate',
  parameters: { accountId: uuidColumn, id: uuidColumn },
  text: 'select from tanks where account_id = :accountId and id = :id',
});

interface SampleOptions extends Partial<Omit<ApiParts, 'settings'>> {
  settings?: Partial<ApiParts['settings']>;
}

export function createSampleApi({ settings, ...parts }: SampleOptions = {}) {
  return createTestApi({
    settings: { publicUrl: 'http://127.0.0.1:3000', hasDocs: true, ...settings },
    database: {
      reads,
      statements: () => {
        throw new Error('no sample is a command');
      },
      transaction: async (_context, work) => work({} as WriteScope),
    },
    requests: noRequests,
    authenticator,
    routes: sampleRoutes,
    resources: { tank: locateTank },
    ...parts,
  });
}
