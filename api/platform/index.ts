import type { Route } from '../shared/route.js';
import { createAuditRoutes, type AuditRouteParts } from './audit.routes.js';
import { createScheduleRoutes, type ScheduleRouteParts } from './schedule.routes.js';

export type PlatformRouteParts = AuditRouteParts & ScheduleRouteParts;

export const createPlatformRoutes = (parts: PlatformRouteParts): Route[] => [
  ...createAuditRoutes(parts),
  ...createScheduleRoutes(parts),
];
