import { mkdtempSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type supertest from 'supertest';
import { createLocalObjectStore } from '../../activities/shared/local-object-store.js';
import { createObjects } from '../../activities/shared/objects.js';
import { createAvatarMedia } from '../../workers/process/avatar-media.js';
import {
  createAuthentication,
  type Authentication,
} from '../../api/authentication/authentication.js';
import { createIdentityRoutes } from '../../api/identity/index.js';
import { waterResources } from '../../api/water/index.js';
import { createNotificationRoutes } from '../../api/notifications/index.js';
import { createCursors } from '../../api/shared/cursor.js';
import type { Authenticator } from '../../api/route/caller.js';
import type { PasswordHasher } from '../../api/authentication/password-hasher.js';
import { accountOf, member, platformAdmin, route, type Route } from '../../api/route/route.js';
import { closedObject, uuid } from '../../api/route/schema.js';
import { loadConfig } from '../../config.js';
import { platformAccountId } from '../../db/connection/database.js';
import { rateRecords } from '../../db/platform/rate.records.js';
import {
  anEmail,
  createIdentityFixture,
  inviteKey,
  otpKey,
  registration,
  sessionLife,
  type IdentityFixture,
} from './identity-fixture.js';
import { floodRatesOf, ratesOf } from '../../workers/api/rates.js';
import { noRateLimits } from '../support/http/rates.js';
import { createTestApi } from '../support/api/test-api.js';

export const bootstrapSecret = 'a secret of the installation';
/** Hex. */
const signingSealKey = 'b'.repeat(64);
const signingKeyTimes = { rotateMs: 30 * 86_400_000, publishMs: 900_000 };
export const password = 'correct horse battery';

/** Routes of another domain, for identity's decisions about routes. */
const sampleRoutes: Route[] = [
  route({
    method: 'get',
    path: '/v1/accounts/:account_id/sample',
    summary: 'A sample',
    tag: 'Samples',
    access: member('OWNER', 'MANAGER'),
    responses: { 200: closedObject({ account_id: uuid }) },
  }).handledBy(async ({ accountId }) => ({ status: 200, body: { account_id: accountId } })),
  route({
    method: 'get',
    path: '/v1/accounts/:account_id/sample-export',
    summary: 'A sample that not every plan has',
    tag: 'Samples',
    access: member('OWNER', 'MANAGER'),
    feature: 'analytics.export',
    responses: { 204: null },
  }).handledBy(async () => ({ status: 204 })),
  route({
    method: 'get',
    path: '/v1/accounts/:account_id/sample-levels',
    summary: 'A sample for machines too',
    tag: 'Samples',
    access: member('OWNER', 'MANAGER'),
    scope: 'water.read',
    responses: { 204: null },
  }).handledBy(async () => ({ status: 204 })),
  route({
    method: 'get',
    path: '/v1/sample-orders',
    summary: 'A sample for machines',
    tag: 'Samples',
    access: accountOf(),
    scope: 'ops:orders.read',
    audience: 'operations',
    responses: { 200: closedObject({ account_id: uuid, principal_id: uuid }) },
  }).handledBy(async ({ accountId, caller: { principalId } }) => ({
    status: 200,
    body: { account_id: accountId, principal_id: principalId },
  })),
  route({
    method: 'get',
    path: '/v1/sample-orders/managed',
    summary: 'A sample for machines with a role',
    tag: 'Samples',
    access: accountOf('OWNER', 'ADMIN', 'MANAGER'),
    scope: 'ops:bins.write',
    audience: 'operations',
    responses: { 204: null },
  }).handledBy(async () => ({ status: 204 })),
  route({
    method: 'get',
    path: '/v1/internal/sample',
    summary: 'An inner sample',
    tag: 'Samples',
    access: platformAdmin(),
    responses: { 204: null },
  }).handledBy(async () => ({ status: 204 })),
];

type IdentityParts = Omit<Parameters<typeof createIdentityRoutes>[0], 'authentication'> &
  Parameters<typeof createAuthentication>[0];

/** The routes of identity, and the authentication for every other route. */
export function createIdentity(parts: IdentityParts): Authentication & { routes: Route[] } {
  const authentication = createAuthentication(parts);
  return { ...authentication, routes: createIdentityRoutes({ ...parts, authentication }) };
}

/** For routes without requests to the outside. */
const noOutbound: IdentityParts['foreignSignIn']['outbound'] = {
  send: () => Promise.reject(new Error('nobody outside is asked')),
};

export interface Tokens {
  access_token: string;
  refresh_token: string;
}

export interface IdentityApi extends IdentityFixture {
  request: ReturnType<typeof supertest>;
  callback: RequestListener;
  authenticator: Authenticator;
  parts: IdentityParts;
  /** A user who has registered, verified and signed in. */
  signUp(email?: string): Promise<Tokens & { email: string; userId: string; principalId: string }>;
}

export async function createIdentityApi(
  changes: {
    isProduction?: boolean;
    rates?: Record<string, string>;
    passwords?: PasswordHasher;
    foreignSignIn?: Partial<IdentityParts['foreignSignIn']>;
    issuers?: IdentityParts['issuers'];
  } = {},
): Promise<IdentityApi> {
  const fixture = await createIdentityFixture();
  const parts: IdentityParts = {
    database: fixture.database,
    issuer: 'http://millrace.test',
    otpKey,
    signingSealKey,
    signing: { signingSealKey, times: signingKeyTimes },
    bootstrapSecret,
    secondFactorKey: 'd'.repeat(64),
    pushTokenKey: 'c'.repeat(64),
    inviteKey,
    inviteTtlMs: 7 * 86_400_000,
    passwords: changes.passwords,
    cursors: createCursors('a key of tests'),
    avatars: createAvatarMedia({
      objects: createObjects({
        store: createLocalObjectStore({ dir: mkdtempSync(join(tmpdir(), 'avatars-')) }),
        database: fixture.database,
      }),
      assertRoom: async () => undefined,
    }),
    planId: 'pro',
    registration,
    sessionLife,
    issuers: changes.issuers,
    foreignSignIn: { providers: [], outbound: noOutbound, ...changes.foreignSignIn },
    accountTokenMs: 900_000,
    listRoutes: () => api.routes,
    listResources: () => waterResources,
  };
  const { authenticator, devices, routes } = createIdentity(parts);
  const api = createTestApi({
    settings: {
      isProduction: changes.isProduction ?? false,
      publicUrl: parts.issuer,
      trustsProxy: true,
    },
    database: fixture.database,
    rateLimits: changes.rates && {
      rates: ratesOf(loadConfig({ ...noRateLimits, ...changes.rates })),
      floods: floodRatesOf(loadConfig(noRateLimits)),
      records: rateRecords(fixture.database.statements({ accountId: platformAccountId })),
      identifierKey: 'a key of tests',
      devices,
    },
    authenticator,
    routes: [...routes, ...createNotificationRoutes(parts), ...sampleRoutes],
  });
  const request = api.agent;
  return {
    ...fixture,
    request,
    callback: api.callback,
    authenticator,
    parts,
    async signUp(email = anEmail()) {
      const { body: user } = await request
        .post('/v1/auth/register')
        .send({ email, password })
        .expect(200);
      const otp = await fixture.sentCode(user.user_id, 'EMAIL');
      const { body: verified } = await request
        .post('/v1/auth/verify-identifier')
        .send({ email, otp })
        .expect(200);
      const { body: tokens } = await request
        .post('/v1/auth/login')
        .send({ username: email, password })
        .expect(200);
      return { ...tokens, email, userId: user.user_id, principalId: verified.principal_id };
    },
  };
}
