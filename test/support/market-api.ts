import request from 'supertest';
import { createOrderActivities } from '../../activities/water/order.activities.js';
import { createApi } from '../../api/server.js';
import type { Caller, Role } from '../../api/shared/caller.js';
import { createCursors } from '../../api/shared/cursor.js';
import { createWorkflows, type Workflows } from '../../api/shared/workflows.js';
import { createListingRoutes } from '../../api/water/listing.routes.js';
import { createOrderTransitionRoutes } from '../../api/water/order-transition.routes.js';
import { createOrderViewRoutes } from '../../api/water/order-view.routes.js';
import { createOrderRoutes, type OrderRouteParts } from '../../api/water/order.routes.js';
import { createPriceRuleRoutes } from '../../api/water/price-rule.routes.js';
import { createReviewRoutes } from '../../api/water/review.routes.js';
import { createSellerRoutes } from '../../api/water/seller.routes.js';
import { createRolePool } from '../../db/shared/database.js';
import { createListingViews } from '../../db/water/listing.views.js';
import { failure } from '../../workflows/shared/failure.js';
import type { OrderPolicy } from '../../workflows/water/order.contract.js';
import { createTestDatabase } from './database.js';
import { policy } from './market.js';
import { connectTestTemporal } from './temporal.js';
import { requestsOf } from './requests.js';

/** A token is `<account id>` of an owner, `<account id>.<role>`, or `admin`; its principal is the account itself. */
function callerOf(token: string): Caller {
  const [account = '', role = 'OWNER'] = token.split('.');
  const isPlatformAdmin = account === 'admin';
  const id = isPlatformAdmin ? '0198f0c2-0000-7000-8000-0000000000f1' : account;
  if (!isPlatformAdmin && !/^[0-9a-f-]{36}$/.test(account)) throw failure('UNAUTHENTICATED');
  const memberships = isPlatformAdmin ? [] : [{ accountId: account, role: role as Role }];
  return { userId: id, principalId: id, sessionId: id, isPlatformAdmin, memberships };
}

/** The marketplace over real parts: API, Temporal with a worker of its own, PostgreSQL. A test may stand between the first two. */
export async function createMarketApi(
  orderPolicy: OrderPolicy = policy,
  between: (workflows: Workflows) => Workflows = (workflows) => workflows,
  reportLoss: (workflowId: string) => void = () => undefined,
) {
  const [test, temporal] = await Promise.all([createTestDatabase(), connectTestTemporal()]);
  const { taskQueue } = await temporal.startWorker('water', createOrderActivities({ database: test.database }));
  const market = createRolePool(test.urls.market);
  const parts: OrderRouteParts = {
    database: test.database,
    listings: createListingViews(market),
    workflows: between(createWorkflows(temporal.client)),
    cursors: createCursors('a key of tests'),
    orderPolicy,
    orderTaskQueue: taskQueue,
    reportLoss,
  };
  const api = createApi({
    settings: { isProduction: false, publicUrl: 'http://127.0.0.1', version: { version: '0.1.0' }, hasDocs: false },
    database: test.database,
    requests: requestsOf(test.database),
    authenticator: { authenticate: async (token) => callerOf(token) },
    routes: [
      ...createSellerRoutes(parts),
      ...createPriceRuleRoutes(parts),
      ...createListingRoutes(parts),
      ...createOrderRoutes(parts),
      ...createOrderViewRoutes(parts),
      ...createOrderTransitionRoutes(parts),
      ...createReviewRoutes(parts),
    ],
    resources: {},
    readyChecks: [],
    logger: { info: () => undefined, warn: () => undefined, error: (fields) => console.error(fields) },
  });
  const agent = request(api.callback);
  return {
    ...test,
    client: temporal.client,
    listings: parts.listings,
    agent,
    get: (path: string, token: string) => agent.get(path).set('Authorization', `Bearer ${token}`),
    post: (path: string, token: string, body?: object) =>
      agent.post(path).set('Authorization', `Bearer ${token}`).send(body),
    patch: (path: string, token: string, body: object) =>
      agent.patch(path).set('Authorization', `Bearer ${token}`).send(body),
    async close() {
      await temporal.close();
      await market.end();
      await test.drop();
    },
  };
}
export type MarketApi = Awaited<ReturnType<typeof createMarketApi>>;
