import { isDatabaseOutage } from '../../db/shared/database-fault.js';
import { isDiskFull } from '../../processes/disk.js';
import { asFailure, fullDiskOf } from '../../workflows/shared/failure.js';
import { isTemporalOutage } from './workflows.js';

/** What did not answer, as the details of SERVICE_UNAVAILABLE name it; empty where nobody can say which it was. */
export interface Outage {
  dependency?: string;
  reason?: 'DISK_FULL';
  /** Where a second is not worth waiting for. */
  retry_after_seconds?: number;
}

/**
 * What is worth waiting for, in requests, activities and deliveries alike: something that we stand on is away, and what was asked
 * of it may be asked again as it is. Undefined for a refusal, for a fault of the data and for a bug, which waiting does not change.
 */
export function outageOf(error: unknown): Outage | undefined {
  const known = asFailure(error);
  if (known) return known.code === 'SERVICE_UNAVAILABLE' ? known.details : undefined;
  if (isTemporalOutage(error)) return { dependency: 'temporal' };
  if (isDatabaseOutage(error)) return isDiskFull(error) ? fullDiskOf('postgres') : { dependency: 'postgres' };
  return undefined;
}
