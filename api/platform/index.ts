import type { Route } from '../shared/route.js';
import { createScheduleRoutes, type ScheduleRouteParts } from './schedule.routes.js';

export type PlatformRouteParts = ScheduleRouteParts;

export const createPlatformRoutes = (parts: PlatformRouteParts): Route[] => [...createScheduleRoutes(parts)];
