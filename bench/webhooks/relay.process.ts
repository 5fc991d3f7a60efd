import { loadConfig } from '../../config.js';
import { createDatabase, createRolePool } from '../../db/connection/database.js';
import { startTestRelay } from '../../test/support/processes/relay.js';
import { boundHeapGrowth } from '../../workers/process/heap.js';
import { createLogger } from '../../workers/observability/logger.js';
import { createWebhookSink } from '../../workers/relay/webhook-sink.js';
import { openWebhooks } from '../../workers/relay/webhooks.js';

/** A relay to webhooks in a separate process, as in production; reports its memory on request. */
const {
  URL_APP: app = '',
  URL_RELAY: relay = '',
  CONTEXT_KEY: contextKey = '',
  SECRET_KEY,
} = process.env;
boundHeapGrowth();
const database = createDatabase({ url: app, contextKey });
const relayPool = createRolePool(relay);
const webhooks = openWebhooks(loadConfig({ SECRET_KEY, WEBHOOK_ALLOW_PRIVATE: 'true' }), database);
const logger = createLogger({ level: 'silent', process: 'bench' });
const sinks = {
  webhook: createWebhookSink({
    endpoints: webhooks.endpoints,
    send: webhooks.activities.send,
    logger,
  }),
};

process.on('message', (asked) => {
  if (asked === 'start') startTestRelay({ database, relayPool }, [], { sinks });
  process.send?.(process.memoryUsage().rss);
});
process.send?.('ready');
