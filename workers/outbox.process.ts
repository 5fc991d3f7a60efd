import { required } from '../config.js';
import { platformAccountId, roleScope } from '../db/connection/database.js';
import { deliveryStore } from '../db/platform/delivery/delivery.store.js';
import { eventStore } from '../db/platform/delivery/event.store.js';
import { leaseStore } from '../db/platform/delivery/lease.store.js';
import { scheduleViews } from '../db/platform/schedule.views.js';
import { domains } from './domains.js';
import { observeRelay } from './relay/relay-metrics.js';
import { startRefusalReporter } from './gateway/refusal-reporter.js';
import { startRelay } from './relay/relay.js';
import { createInternalSink, internalDefinitions } from './relay/sink.js';
import type { Part } from '../processes/part.js';
import { openRolePool } from './process/pools.js';
import type { Resources } from './process/resources.js';
import { openMirrors } from './relay/mirrors.js';
import { createWebhookSink } from './relay/webhook-sink.js';
import { openWebhooks } from './relay/webhooks.js';
import { timetableOf } from './shared/timetable.js';
import { startWatchdog } from './maintenance/watchdog.js';

/** The relay with every consumer of the platform: all reactions to events. */
export async function startEventRelay(resources: Resources): Promise<Part> {
  const { config, database, logger, metrics } = resources;
  const pool = await openRolePool(required(config, 'DATABASE_RELAY_URL'));
  const relayScope = roleScope(pool);
  const schedules = scheduleViews(database.reads({ accountId: platformAccountId }));
  const observer = observeRelay(metrics, { relay: relayScope, schedules });
  const internal = domains.flatMap(({ reactions }) => reactions(resources, domains));
  const mirrors = await openMirrors(config);
  const webhooks = openWebhooks(config, database);
  const relay = startRelay({
    leases: leaseStore(relayScope),
    events: eventStore(relayScope),
    deliveries: deliveryStore(relayScope),
    database,
    consumers: [...internalDefinitions(internal), ...mirrors.consumers],
    sinks: {
      internal: createInternalSink(internal),
      ...mirrors.sinks,
      webhook: createWebhookSink({
        endpoints: webhooks.endpoints,
        send: webhooks.activities.send,
        logger,
      }),
    },
    logger,
    observer,
  });
  const watchdog = startWatchdog({
    database,
    timetable: timetableOf(domains),
    logger,
  });
  const refusals = startRefusalReporter({ database, logger });
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
