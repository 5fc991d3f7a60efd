import request from 'supertest';
import { createApi } from '../../api/server.js';
import type { Authenticator, Role } from '../../api/shared/caller.js';
import { createCursors } from '../../api/shared/cursor.js';
import type { Route } from '../../api/shared/route.js';
import { createAlertRoutes } from '../../api/water/alert.routes.js';
import { waterResources } from '../../api/water/index.js';
import { createReadingRoutes } from '../../api/water/reading.routes.js';
import { createReservoirRoutes } from '../../api/water/reservoir.routes.js';
import { createSiteRoutes } from '../../api/water/site.routes.js';
import type { Database } from '../../db/shared/database.js';
import { newId } from '../../db/shared/id.js';
import { failure } from '../../workflows/shared/failure.js';
import { requestsOf } from './requests.js';

const nothing = () => undefined;

/** A token that says who its bearer is: `<principal>~<account>=<role>~…`. */
export const tokenOf = (memberships: Record<string, Role>, principalId = newId()): string =>
  [principalId, ...Object.entries(memberships).map(([accountId, role]) => `${accountId}=${role}`)].join('~');

const authenticator: Authenticator = {
  async authenticate(token) {
    const [principalId = '', ...memberships] = token.split('~');
    if (principalId === 'nobody') throw failure('UNAUTHENTICATED');
    return {
      userId: principalId,
      principalId,
      sessionId: principalId,
      isPlatformAdmin: false,
      memberships: memberships.map((membership) => {
        const [accountId = '', role = 'VIEWER'] = membership.split('=');
        return { accountId, role: role as Role };
      }),
    };
  },
};

/** The routes of water's records over the real pipeline and database; only the token's signature is not real. */
export function createWaterApi(database: Database) {
  const parts = { database, cursors: createCursors('a key of tests') };
  const routes = [createSiteRoutes, createReservoirRoutes, createReadingRoutes, createAlertRoutes];
  return createTestApi(
    database,
    routes.flatMap((create) => create(parts)),
  );
}

/** Routes over the real pipeline and database. */
export function createTestApi(database: Database, routes: readonly Route[]) {
  const { callback } = createApi({
    settings: { isProduction: false, publicUrl: 'http://127.0.0.1', version: { version: '0.0.0' }, hasDocs: false },
    database,
    requests: requestsOf(database),
    authenticator,
    routes,
    resources: waterResources,
    readyChecks: [],
    logger: { info: nothing, warn: nothing, error: nothing },
  });
  const agent = request(callback);
  return (token: string) => ({
    get: (path: string) => agent.get(path).auth(token, { type: 'bearer' }),
    post: (path: string, body: object = {}) => agent.post(path).auth(token, { type: 'bearer' }).send(body),
    patch: (path: string, body: object, ifMatch?: string) => {
      const call = agent.patch(path).auth(token, { type: 'bearer' });
      return (ifMatch === undefined ? call : call.set('If-Match', ifMatch)).send(body);
    },
    delete: (path: string) => agent.delete(path).auth(token, { type: 'bearer' }),
  });
}
