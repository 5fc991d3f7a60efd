import { createWaterRoutes, waterResources } from '../../api/water/index.js';
import { required } from '../../config.js';
import { roleScope } from '../../db/connection/database.js';
import { listingViews } from '../../db/water/listing.views.js';
import { orderTaskQueue } from '../../workflows/water/order.contract.js';
import { createLossReporter } from '../relay/loss-reporter.js';
import type { DomainRoutes, RouteParts } from '../shared/domain.js';
import { orderPolicy } from './order.policy.js';

export async function openWaterRoutes(parts: RouteParts): Promise<DomainRoutes> {
  const { resources, workflows, schedules, cursors, openPool } = parts;
  const { config, database, logger, queueOf } = resources;
  const routes = createWaterRoutes({
    database,
    workflows,
    cursors,
    listings: listingViews(roleScope(await openPool(required(config, 'DATABASE_MARKET_URL')))),
    orderPolicy: orderPolicy(config),
    orderTaskQueue: queueOf(orderTaskQueue),
    reportLoss: createLossReporter({ schedules, logger }),
  });
  return { routes, resources: waterResources };
}
