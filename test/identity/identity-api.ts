import supertest from 'supertest';
import { createIdentity, type IdentityParts } from '../../api/identity/index.js';
import { createApi } from '../../api/server.js';
import { createCursors } from '../../api/shared/cursor.js';
import type { Authenticator } from '../../api/shared/caller.js';
import type { PasswordHasher } from '../../api/shared/password-hasher.js';
import { member, platformAdmin, route, type Route } from '../../api/shared/route.js';
import { object, uuid } from '../../api/shared/schema.js';
import { loadConfig } from '../../config.js';
import { createRateRecords } from '../../db/platform/rate.records.js';
import { createLogger } from '../../workers/shared/logger.js';
import {
  anEmail,
  createIdentityFixture,
  otpKey,
  registration,
  sessionLife,
  type IdentityFixture,
} from './identity-fixture.js';
import { floodRatesOf, ratesOf } from '../../workers/shared/rates.js';
import { noRateLimits } from '../support/rates.js';
import { requestsOf } from '../support/requests.js';

export const bootstrapSecret = 'a secret of the installation';
export const password = 'correct horse battery';

/** Routes of another domain, for what identity says about them. */
const sampleRoutes: Route[] = [
  route({
    method: 'get',
    path: '/v1/accounts/:account_id/sample',
    summary: 'A sample',
    tag: 'Samples',
    access: member('OWNER', 'MANAGER'),
    responses: { 200: object({ account_id: uuid }) },
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
    path: '/v1/internal/sample',
    summary: 'An inner sample',
    tag: 'Samples',
    access: platformAdmin(),
    responses: { 204: null },
  }).handledBy(async () => ({ status: 204 })),
];

export interface Tokens {
  access_token: string;
  refresh_token: string;
}

export interface IdentityApi extends IdentityFixture {
  request: ReturnType<typeof supertest>;
  authenticator: Authenticator;
  parts: IdentityParts;
  /** A user who has registered, verified and signed in. */
  signUp(email?: string): Promise<Tokens & { email: string; userId: string; principalId: string }>;
}

export async function createIdentityApi(
  changes: { isProduction?: boolean; rates?: Record<string, string>; passwords?: PasswordHasher } = {},
): Promise<IdentityApi> {
  const fixture = await createIdentityFixture();
  const parts: IdentityParts = {
    database: fixture.database,
    issuer: 'http://millrace.test',
    otpKey,
    signingSealKey: 'b'.repeat(64),
    bootstrapSecret,
    passwords: changes.passwords,
    cursors: createCursors('a key of tests'),
    ...{ planId: 'pro', registration, sessionLife },
    listRoutes: () => api.routes,
  };
  const { authenticator, devices, routes } = createIdentity(parts);
  const api = createApi({
    settings: {
      isProduction: changes.isProduction ?? false,
      publicUrl: parts.issuer,
      version: { version: '0' },
      hasDocs: false,
      trustsProxy: true,
    },
    database: fixture.database,
    requests: requestsOf(fixture.database),
    rateLimits: changes.rates && {
      rates: ratesOf(loadConfig({ ...noRateLimits, ...changes.rates })),
      floods: floodRatesOf(loadConfig(noRateLimits)),
      ...{ records: createRateRecords(fixture.database), identifierKey: 'a key of tests', devices },
    },
    authenticator,
    routes: [...routes, ...sampleRoutes],
    resources: {},
    readyChecks: [],
    logger: createLogger({ level: 'silent', process: 'test' }),
  });
  const request = supertest(api.callback);
  return {
    ...fixture,
    request,
    authenticator,
    parts,
    async signUp(email = anEmail()) {
      const { body: user } = await request.post('/v1/auth/register').send({ email, password }).expect(200);
      const otp = await fixture.sentCode(user.user_id, 'EMAIL');
      const { body: verified } = await request.post('/v1/auth/verify-identifier').send({ email, otp }).expect(200);
      const { body: tokens } = await request.post('/v1/auth/login').send({ username: email, password }).expect(200);
      return { ...tokens, email, userId: user.user_id, principalId: verified.principal_id };
    },
  };
}
