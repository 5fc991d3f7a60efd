import { isDatabaseOutage } from '../../db/connection/database-fault.js';
import { isDiskFull } from '../../processes/disk.js';
import { asFailure, fullDiskOf } from '../../workflows/shared/failure.js';
import { isTemporalOutage } from './workflows.js';

/** The failed dependency, as named in the details of SERVICE_UNAVAILABLE; empty where unknown. */
export interface Outage {
  dependency?: string;
  reason?: 'DISK_FULL';
  /** Where a second is not worth waiting for. */
  retry_after_seconds?: number;
}

/**
 * An error worth waiting for, in requests, activities and deliveries alike: a dependency is away,
 * and the same request may be sent again unchanged. Undefined for a refusal, for a fault of the
 * data and for a bug, since waiting changes none.
 */
export function outageOf(error: unknown): Outage | undefined {
  const content = asFailure(error);
  if (content) return content.code === 'SERVICE_UNAVAILABLE' ? content.details : undefined;
  if (isTemporalOutage(error)) return { dependency: 'temporal' };
  if (isDatabaseOutage(error))
    return isDiskFull(error) ? fullDiskOf('postgres') : { dependency: 'postgres' };
  return undefined;
}
