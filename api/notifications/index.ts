import type { RecordRouteParts } from '../shared/route-parts.js';
import type { Route } from '../route/route.js';
import { createAlertRoutes } from './alert.routes.js';
import { createMailboxRoutes } from './mailbox.routes.js';

export const createNotificationRoutes = (parts: RecordRouteParts): Route[] => [
  ...createAlertRoutes(parts),
  ...createMailboxRoutes(),
];
