import { loadConfig } from '../../config.js';
import { createDatabase, createRolePool } from '../../db/shared/database.js';
import { startTestRelay } from '../../test/support/relay.js';
import { boundHeapGrowth } from '../../workers/shared/heap.js';
import { createLogger } from '../../workers/shared/logger.js';
import { createWebhookSink } from '../../workers/shared/webhook-sink.js';
import { openWebhooks } from '../../workers/shared/webhooks.js';

/** A relay to webhooks in a process of its own, as a production relay is; tells its memory whenever it is asked. */
const { URL_APP: app = '', URL_RELAY: relay = '', CONTEXT_KEY: contextKey = '', SECRET_KEY } = process.env;
boundHeapGrowth();
const database = createDatabase({ url: app, contextKey });
const relayPool = createRolePool(relay);
const webhooks = openWebhooks(loadConfig({ SECRET_KEY, WEBHOOK_ALLOW_PRIVATE: 'true' }), database);
const logger = createLogger({ level: 'silent', process: 'bench' });
const sinks = { webhook: createWebhookSink({ webhooks: webhooks.store, send: webhooks.activities.send, logger }) };

process.on('message', (asked) => {
  if (asked === 'start') startTestRelay({ database, relayPool }, [], { sinks });
  process.send?.(process.memoryUsage().rss);
});
process.send?.('ready');
