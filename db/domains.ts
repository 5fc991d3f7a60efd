import type { TObject } from 'typebox';
import { identityDatabase } from './identity/domain.js';
import { platformDatabase } from './platform/domain.js';
import type { DatabaseDomain } from './shared/domain.js';
import type { EventDefinition } from './shared/event.js';
import { waterDatabase } from './water/domain.js';

/** Every domain that has rows. */
export const databaseDomains: readonly DatabaseDomain[] = [platformDatabase, identityDatabase, waterDatabase];

/** Every event that there is, in every version. test/platform/event-catalogue.test.ts finds a file that is missing. */
export const eventCatalogue: readonly EventDefinition<TObject>[] = databaseDomains.flatMap(({ events }) => events);
