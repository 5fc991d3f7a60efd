import { locateReservoir } from '../../db/water/reservoir.views.js';
import { locateSite } from '../../db/water/site.views.js';
import type { TelemetryInbox } from '../../db/water/telemetry.inbox.js';
import type { ResourceStatements } from '../shared/guard.js';
import type { Route } from '../shared/route.js';
import { createAlertRoutes } from './alert.routes.js';
import { createDeviceOversightRoutes } from './device-oversight.routes.js';
import { createDevicePairingRoutes, type DevicePairingParts } from './device-pairing.routes.js';
import { createDeviceUnitRoutes } from './device-unit.routes.js';
import { createDeviceRoutes } from './device.routes.js';
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
import { createSiteRoutes, type RecordRouteParts } from './site.routes.js';
import { createTelemetryBridgeRoutes } from './telemetry-bridge.routes.js';
import { createTelemetryRoutes } from './telemetry.routes.js';

export type WaterRouteParts = RecordRouteParts &
  OrderRouteParts &
  DevicePairingParts & { telemetryInbox: TelemetryInbox };

export const createWaterRoutes = (parts: WaterRouteParts): Route[] => [
  ...createSiteRoutes(parts),
  ...createReservoirRoutes(parts),
  ...createReadingRoutes(parts),
  ...createAlertRoutes(parts),
  ...createDeviceUnitRoutes(parts),
  ...createDevicePairingRoutes(parts),
  ...createDeviceRoutes(parts),
  ...createTelemetryRoutes(parts),
  ...createTelemetryBridgeRoutes(parts),
  ...createSellerRoutes(parts),
  ...createPriceRuleRoutes(parts),
  ...createListingRoutes(parts),
  ...createOrderRoutes(parts),
  ...createOrderViewRoutes(parts),
  ...createOrderTransitionRoutes(parts),
  ...createOrderOversightRoutes(parts),
  ...createDeviceOversightRoutes(parts),
  ...createReviewRoutes(parts),
];

/** How the owner of a water resource in a path is found. */
export const waterResources: ResourceStatements = {
  site: locateSite,
  reservoir: locateReservoir,
};
