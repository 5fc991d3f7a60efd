import { required } from '../config.js';
import { createDeadLetterStore } from '../db/platform/dead-letter.store.js';
import { createDeliveryStore } from '../db/platform/delivery.store.js';
import { createEventStore } from '../db/platform/event.store.js';
import { createLeaseStore } from '../db/platform/lease.store.js';
import { createScheduleStore } from '../db/platform/schedule.store.js';
import { createScheduleViews } from '../db/platform/schedule.views.js';
import { createAccessRefusalStore } from '../db/water/access-refusal.store.js';
import { domains } from './domains.js';
import { observeRelay } from './shared/metrics/relay-metrics.js';
import { startRefusalReporter } from './shared/refusal-reporter.js';
import { startRelay } from './shared/relay.js';
import { createInternalSink, internalDefinitions } from './shared/sink.js';
import type { Part } from './shared/part.js';
import { openRolePool } from './shared/pools.js';
import type { Resources } from './shared/resources.js';
import { openMirrors } from './shared/mirrors.js';
import { createWebhookSink } from './shared/webhook-sink.js';
import { openWebhooks } from './shared/webhooks.js';
import { startWatchdog } from './shared/watchdog.js';

/** The relay with every consumer of ours: what follows from events, beyond the database. */
export async function startEventRelay(resources: Resources): Promise<Part> {
  const { config, database, logger, metrics } = resources;
  const pool = await openRolePool(required(config, 'DATABASE_RELAY_URL'));
  const observer = observeRelay(metrics, { pool, schedules: createScheduleViews(database) });
  const internal = domains.flatMap(({ reactions }) => reactions(resources));
  const mirrors = await openMirrors(config);
  const webhooks = openWebhooks(config, database);
  const relay = startRelay({
    leases: createLeaseStore(pool),
    events: createEventStore(pool),
    deliveries: createDeliveryStore(pool),
    deadLetters: createDeadLetterStore({ database }),
    consumers: [...internalDefinitions(internal), ...mirrors.consumers],
    sinks: {
      internal: createInternalSink(internal),
      ...mirrors.sinks,
      webhook: createWebhookSink({ webhooks: webhooks.store, send: webhooks.activities.send, logger }),
    },
    logger,
    observer,
  });
  const watchdog = startWatchdog({ schedules: createScheduleStore({ database }), logger });
  const refusals = startRefusalReporter({ store: createAccessRefusalStore(database), logger });
  return {
    stop: async () => {
      observer.stop();
      await watchdog.stop();
      await refusals.stop();
      await relay.stop();
      await mirrors.stop();
      webhooks.close();
      await pool.end();
    },
  };
}
