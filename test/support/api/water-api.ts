import { createCursors } from '../../../api/shared/cursor.js';
import { createAlertRoutes } from '../../../api/notifications/alert.routes.js';
import { waterResources } from '../../../api/water/index.js';
import { createReadingRoutes } from '../../../api/water/reading.routes.js';
import { createReservoirRoutes } from '../../../api/water/reservoir.routes.js';
import { createSiteRoutes } from '../../../api/water/site.routes.js';
import type { Database } from '../../../db/connection/database.js';
import { createTestApi } from './test-api.js';

/** The routes of water's records, over a real database. */
export function createWaterApi(database: Database) {
  const parts = { database, cursors: createCursors('a key of tests') };
  const routes = [createSiteRoutes, createReservoirRoutes, createReadingRoutes, createAlertRoutes];
  return createTestApi({
    database,
    routes: routes.flatMap((create) => create(parts)),
    resources: waterResources,
  }).as;
}
