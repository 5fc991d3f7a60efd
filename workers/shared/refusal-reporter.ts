import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessRefusalStore } from '../../db/water/access-refusal.store.js';
import type { Logger } from './logger.js';
import type { Part } from './part.js';

const everyMs = 2_000;

/**
 * Tells accounts what the gateway refused in their names. The gateway itself, which parses what strangers send, writes neither
 * events nor the audit log.
 */
export function startRefusalReporter({ store, logger }: { store: AccessRefusalStore; logger: Logger }): Part {
  const stopping = new AbortController();
  const warn = (error: unknown) => logger.warn({ err: error }, 'refusals could not be told; they will be');

  async function reportAll(): Promise<void> {
    for (const accountId of await store.accounts()) await store.report(accountId).catch(warn);
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
