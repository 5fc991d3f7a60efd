import { setTimeout as sleep } from 'node:timers/promises';
import {
  standingChangesMost,
  type StandingChange,
  type StandingViews,
} from '../../db/platform/standing.views.js';

/**
 * Called after each look with the changes since the look before; 'all' where the changes cannot be
 * listed.
 */
export type StandingListener = (changes: readonly StandingChange[] | 'all') => void;

export interface StandingWatch {
  onLook(listener: StandingListener): void;
  /**
   * True where a standing already looked up, without a reported change, was still valid within the
   * last second.
   */
  isCurrent(): boolean;
  stop(): Promise<void>;
}

/** With a look's own time, a change is heard within a second. */
const everyMs = 500;
const currentForMs = 1_000;
const tidyEveryMs = 60_000;
/** Well within the time after which changes are purged. */
const gapMaxMs = 5 * 60_000;

/**
 * Looks twice a second for changed standings: sessions, users, roles and units alike. HTTP, streams
 * and MQTT learn an end from the watch. Connected callers cost nothing, only changes do; and while
 * the watch cannot look, no standing counts as current (docs/decisions/0014).
 */
export function startStandingWatch(
  standings: StandingViews & { tidy?: () => Promise<void> },
  onError: (error: unknown) => void,
): StandingWatch {
  const stopping = new AbortController();
  const listeners: StandingListener[] = [];
  let horizon: string | undefined;
  let lookedAt = -Infinity;
  let tidiedAt = performance.now();
  /** Changes reported at the look before: a long transaction holds the horizon back. */
  let reportedIds = new Set<string>();

  async function lookOnce(): Promise<void> {
    const startedAt = performance.now();
    const isLost = horizon === undefined || startedAt - lookedAt > gapMaxMs;
    const look = await standings.look(isLost ? undefined : horizon);
    horizon = look.horizon;
    lookedAt = startedAt;
    const isAll = isLost || look.changes.length > standingChangesMost;
    const fresh = look.changes.filter(({ changeId }) => !reportedIds.has(changeId));
    reportedIds = new Set(look.changes.map(({ changeId }) => changeId));
    for (const listener of listeners) listener(isAll ? 'all' : fresh);
    if (startedAt - tidiedAt < tidyEveryMs) return;
    tidiedAt = startedAt;
    await standings.tidy?.();
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await lookOnce().catch(onError);
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }
  const running = run();
  return {
    onLook: (listener) => void listeners.push(listener),
    isCurrent: () => performance.now() - lookedAt < currentForMs,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
