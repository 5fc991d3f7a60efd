import { createOrderActivities } from '../../../activities/water/order.activities.js';
import { createCursors } from '../../../api/shared/cursor.js';
import { createWorkflows, type Workflows } from '../../../api/shared/workflows.js';
import { createListingRoutes } from '../../../api/water/listing.routes.js';
import { createOrderTransitionRoutes } from '../../../api/water/order-transition.routes.js';
import { createOrderViewRoutes } from '../../../api/water/order-view.routes.js';
import { createOrderRoutes, type OrderRouteParts } from '../../../api/water/order.routes.js';
import { createPriceRuleRoutes } from '../../../api/water/price-rule.routes.js';
import { createReviewRoutes } from '../../../api/water/review.routes.js';
import { createSellerRoutes } from '../../../api/water/seller.routes.js';
import { createRolePool, roleScope } from '../../../db/connection/database.js';
import { listingViews } from '../../../db/water/listing.views.js';
import type { OrderPolicy } from '../../../workflows/water/order.contract.js';
import { createTestDatabase } from '../servers/database.js';
import { policy } from '../water/market.js';
import { connectTestTemporal } from '../servers/temporal.js';
import { createTestApi, shownErrors } from './test-api.js';

/**
 * The marketplace over real parts: API, Temporal with a separate worker, PostgreSQL. A test may
 * stand between the first two.
 */
export async function createMarketApi(
  orderPolicy: OrderPolicy = policy,
  between: (workflows: Workflows) => Workflows = (workflows) => workflows,
  reportLoss: (workflowId: string) => void = () => undefined,
) {
  const [test, temporal] = await Promise.all([createTestDatabase(), connectTestTemporal()]);
  const { taskQueue } = await temporal.startWorker(
    'water',
    createOrderActivities({ database: test.database }),
  );
  const market = createRolePool(test.urls.market);
  const parts: OrderRouteParts = {
    database: test.database,
    listings: listingViews(roleScope(market)),
    workflows: between(createWorkflows(temporal.client)),
    cursors: createCursors('a key of tests'),
    orderPolicy,
    orderTaskQueue: taskQueue,
    reportLoss,
  };
  const api = createTestApi({
    database: test.database,
    logger: shownErrors,
    routes: [
      ...createSellerRoutes(parts),
      ...createPriceRuleRoutes(parts),
      ...createListingRoutes(parts),
      ...createOrderRoutes(parts),
      ...createOrderViewRoutes(parts),
      ...createOrderTransitionRoutes(parts),
      ...createReviewRoutes(parts),
    ],
  });
  return {
    ...test,
    client: temporal.client,
    listings: parts.listings,
    ...api,
    async close() {
      await temporal.close();
      await market.end();
      await test.drop();
    },
  };
}
export type MarketApi = Awaited<ReturnType<typeof createMarketApi>>;
