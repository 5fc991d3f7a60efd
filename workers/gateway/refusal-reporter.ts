import { setTimeout as sleep } from 'node:timers/promises';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import { accessRefusalStore } from '../../db/devices/access/access-refusal.store.js';
import { accessRefusalViews } from '../../db/devices/access/access-refusal.views.js';
import type { Logger } from '../observability/logger.js';
import type { Part } from '../../processes/part.js';

const everyMs = 2_000;

/**
 * Reports refusals to the accounts in whose names the gateway refused. The gateway parses
 * strangers' bytes, and so writes neither events nor the audit log.
 */
export function startRefusalReporter({
  database,
  logger,
}: {
  database: Pick<Database, 'reads' | 'transaction'>;
  logger: Logger;
}): Part {
  const stopping = new AbortController();
  const warn = (error: unknown) =>
    logger.warn({ err: error }, 'refusals could not be told; they will be');

  const refusals = accessRefusalViews(database.reads({ accountId: platformAccountId }));

  async function reportAll(): Promise<void> {
    for (const accountId of await refusals.accounts())
      await database
        .transaction({ accountId }, (scope) => accessRefusalStore(scope).report())
        .catch(warn);
  }
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await reportAll().catch(warn);
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
