import type pg from 'pg';
import { createDeadLetterStore } from '../../db/platform/dead-letter.store.js';
import { createDeliveryStore } from '../../db/platform/delivery.store.js';
import { createEventStore } from '../../db/platform/event.store.js';
import { createLeaseStore } from '../../db/platform/lease.store.js';
import type { Database } from '../../db/shared/database.js';
import { createLogger } from '../../workers/shared/logger.js';
import { startRelay, type RelayOptions } from '../../workers/shared/relay.js';
import { createInternalSink, internalDefinitions, type InternalConsumer } from '../../workers/shared/sink.js';

/** A relay to these consumers, over a database of the test's. */
export function startTestRelay(
  { database, relayPool }: { database: Database; relayPool: pg.Pool },
  internal: readonly InternalConsumer[],
  more: Partial<RelayOptions> = {},
) {
  return startRelay({
    leases: createLeaseStore(relayPool),
    events: createEventStore(relayPool),
    deliveries: createDeliveryStore(relayPool),
    deadLetters: createDeadLetterStore({ database }),
    consumers: internalDefinitions(internal),
    sinks: { internal: createInternalSink(internal) },
    logger: createLogger({ level: 'silent', process: 'test' }),
    ...more,
  });
}
