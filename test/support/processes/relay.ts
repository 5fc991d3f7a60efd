import type pg from 'pg';
import { deliveryStore } from '../../../db/platform/delivery/delivery.store.js';
import { eventStore } from '../../../db/platform/delivery/event.store.js';
import { leaseStore } from '../../../db/platform/delivery/lease.store.js';
import { roleScope, type Database } from '../../../db/connection/database.js';
import { createLogger } from '../../../workers/observability/logger.js';
import { startRelay } from '../../../workers/relay/relay.js';
import {
  createInternalSink,
  internalDefinitions,
  type InternalConsumer,
} from '../../../workers/relay/sink.js';

/** A relay to these consumers, over a database of the test's. */
export function startTestRelay(
  { database, relayPool }: { database: Database; relayPool: pg.Pool },
  internal: readonly InternalConsumer[],
  more: Partial<Parameters<typeof startRelay>[0]> = {},
) {
  const relay = roleScope(relayPool);
  return startRelay({
    leases: leaseStore(relay),
    events: eventStore(relay),
    deliveries: deliveryStore(relay),
    database,
    consumers: internalDefinitions(internal),
    sinks: { internal: createInternalSink(internal) },
    logger: createLogger({ level: 'silent', process: 'test' }),
    ...more,
  });
}
