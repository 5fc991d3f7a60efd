import type { RowInvariant } from '../../db/shared/invariant.js';
import { domains } from '../domains.js';

/** Of all domains. */
export const rowInvariants: readonly RowInvariant[] = domains.flatMap(
  ({ database }) => database.invariants,
);
