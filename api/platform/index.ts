import type { Route } from '../route/route.js';
import { createAuditExportRoutes, type AuditExportRouteParts } from './audit-export.routes.js';
import { createAuditRoutes, type AuditRouteParts } from './audit.routes.js';
import { createDeadLetterDecisionRoutes } from './dead-letter-decision.routes.js';
import { createDeadLetterRoutes, type DeadLetterRouteParts } from './dead-letter.routes.js';
import { createDiagnosticsRoutes, type DiagnosticsRouteParts } from './diagnostics.routes.js';
import { createEventRoutes, type EventRouteParts } from './event.routes.js';
import { createEventSchemaRoutes, type EventSchemaRouteParts } from './event-schema.routes.js';
import { createScheduleRoutes, type ScheduleRouteParts } from './schedule.routes.js';
import {
  createWebhookDeliveryRoutes,
  type WebhookDeliveryRouteParts,
} from './webhook-delivery.routes.js';
import { createWebhookRoutes, type WebhookRouteParts } from './webhook.routes.js';

type PlatformRouteParts = AuditRouteParts &
  AuditExportRouteParts &
  ScheduleRouteParts &
  EventRouteParts &
  EventSchemaRouteParts &
  DeadLetterRouteParts &
  WebhookRouteParts &
  WebhookDeliveryRouteParts &
  DiagnosticsRouteParts;

export const createPlatformRoutes = (parts: PlatformRouteParts): Route[] => [
  ...createAuditRoutes(parts),
  ...createAuditExportRoutes(parts),
  ...createScheduleRoutes(parts),
  ...createWebhookRoutes(parts),
  ...createWebhookDeliveryRoutes(parts),
  ...createEventRoutes(parts),
  ...createEventSchemaRoutes(parts),
  ...createDeadLetterRoutes(parts),
  ...createDeadLetterDecisionRoutes(),
  ...createDiagnosticsRoutes(parts),
];
