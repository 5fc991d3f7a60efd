import { createIdentity, type IdentityParts } from '../../api/identity/index.js';
import { createPlatformRoutes, type PlatformRouteParts } from '../../api/platform/index.js';
import type { Route } from '../../api/shared/route.js';
import { createWaterRoutes, type WaterRouteParts } from '../../api/water/index.js';
import { eventCatalogue } from '../../db/domains.js';

/** Stands for every part of a route but its data: has all fields, can be called, and does nothing. */
const anything: unknown = new Proxy(() => anything, {
  get: (_target, name) => (name === Symbol.toPrimitive ? () => 'anything' : anything),
});

const key = '00'.repeat(32);

/** The contracts of all domains' routes, without anything behind them. */
export function allRoutes(): Route[] {
  const parts = new Proxy(
    { catalogue: eventCatalogue, eventTypes: ['*'], otpKey: key, signingSealKey: key },
    {
      get: (given: Record<string | symbol, unknown>, name) => given[name] ?? anything,
    },
  ) as unknown;
  return [
    ...createIdentity(parts as IdentityParts).routes,
    ...createWaterRoutes(parts as WaterRouteParts),
    ...createPlatformRoutes(parts as PlatformRouteParts),
  ];
}
