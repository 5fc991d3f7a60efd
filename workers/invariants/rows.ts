import { createIdentityInvariantViews, identityInvariants } from '../../db/identity/invariant.views.js';
import { createPlatformInvariantViews, platformInvariants } from '../../db/platform/invariant.views.js';
import type { AdminConnection } from '../../db/shared/invariant.js';
import { createWaterInvariantViews, waterInvariants } from '../../db/water/invariant.views.js';

/** Of all domains. */
export const rowInvariants = [...platformInvariants, ...identityInvariants, ...waterInvariants];

export const createInvariantViews = (admin: AdminConnection) => ({
  ...createPlatformInvariantViews(admin),
  ...createIdentityInvariantViews(admin),
  ...createWaterInvariantViews(admin),
});
export type InvariantViews = ReturnType<typeof createInvariantViews>;
