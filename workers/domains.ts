import type { TObject } from 'typebox';
import type { EventDefinition } from '../db/shared/event.js';
import { devicesDomain } from './devices/domain.js';
import { identityDomain } from './identity/domain.js';
import { notificationsDomain } from './notifications/domain.js';
import { platformDomain } from './platform/domain.js';
import type { Domain, WorkerStart } from './shared/domain.js';
import { waterDomain } from './water/domain.js';

/** Every domain of the processes. */
export const domains: readonly Domain[] = [
  identityDomain,
  notificationsDomain,
  devicesDomain,
  waterDomain,
  platformDomain,
];

/** Every event, in every version. */
export const eventCatalogue: readonly EventDefinition<TObject>[] = domains.flatMap(
  ({ database }) => database.events,
);

/** The starts of all domains' workers. */
export const workerStarts = async (): Promise<WorkerStart[]> =>
  (await Promise.all(domains.map(({ workers }) => workers()))).flat();
