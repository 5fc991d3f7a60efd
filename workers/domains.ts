import { identityDomain } from './identity/domain.js';
import { platformDomain } from './platform/domain.js';
import type { Domain } from './shared/domain.js';
import { waterDomain } from './water/domain.js';

/** Every domain that the processes serve. */
export const domains: readonly Domain[] = [identityDomain, waterDomain, platformDomain];
