import type { Route } from '../shared/route.js';
import { createAuditRoutes, type AuditRouteParts } from './audit.routes.js';
import { createScheduleRoutes, type ScheduleRouteParts } from './schedule.routes.js';
import { createWebhookDeliveryRoutes, type WebhookDeliveryRouteParts } from './webhook-delivery.routes.js';
import { createWebhookRoutes, type WebhookRouteParts } from './webhook.routes.js';

export type PlatformRouteParts = AuditRouteParts & ScheduleRouteParts & WebhookRouteParts & WebhookDeliveryRouteParts;

export const createPlatformRoutes = (parts: PlatformRouteParts): Route[] => [
  ...createAuditRoutes(parts),
  ...createScheduleRoutes(parts),
  ...createWebhookRoutes(parts),
  ...createWebhookDeliveryRoutes(parts),
];
