import { locateReservoir } from '../../db/water/reservoir.views.js';
import { locateSite } from '../../db/water/site.views.js';
import type { ResourceQueries } from '../pipeline/owner.js';
import type { RecordRouteParts } from '../shared/route-parts.js';
import type { Route } from '../route/route.js';
import { createListingRoutes } from './listing.routes.js';
import { createOrderOversightRoutes } from './order-oversight.routes.js';
import { createOrderTransitionRoutes } from './order-transition.routes.js';
import { createOrderViewRoutes } from './order-view.routes.js';
import { createOrderRoutes, type OrderRouteParts } from './order.routes.js';
import { createPriceRuleRoutes } from './price-rule.routes.js';
import { createReadingRoutes } from './reading.routes.js';
import { createReservoirRoutes } from './reservoir.routes.js';
import { createReviewRoutes } from './review.routes.js';
import { createSellerRoutes } from './seller.routes.js';
import { createSiteRoutes } from './site.routes.js';

type WaterRouteParts = RecordRouteParts & OrderRouteParts;

export const createWaterRoutes = (parts: WaterRouteParts): Route[] => [
  ...createSiteRoutes(parts),
  ...createReservoirRoutes(parts),
  ...createReadingRoutes(parts),
  ...createSellerRoutes(parts),
  ...createPriceRuleRoutes(parts),
  ...createListingRoutes(parts),
  ...createOrderRoutes(parts),
  ...createOrderViewRoutes(parts),
  ...createOrderTransitionRoutes(parts),
  ...createOrderOversightRoutes(parts),
  ...createReviewRoutes(parts),
];

/** How the owner of a water resource in a path is found. */
export const waterResources: ResourceQueries = {
  site: locateSite,
  reservoir: locateReservoir,
};
