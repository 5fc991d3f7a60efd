import { setTimeout as sleep } from 'node:timers/promises';
import { standingChangesMost, type StandingChange, type StandingViews } from '../../db/platform/standing.views.js';

/** Hears after each look what has changed since the one before; 'all' where that cannot be told one by one. */
export type StandingListener = (changes: readonly StandingChange[] | 'all') => void;

export interface StandingWatch {
  onLook(listener: StandingListener): void;
  /** Whether a standing that was asked for and of which no change was heard is still what it was, a second ago at most. */
  isCurrent(): boolean;
  stop(): Promise<void>;
}

/** With a look's own time, a change is heard within a second. */
const everyMs = 500;
const currentForMs = 1_000;
const tidyEveryMs = 60_000;
/** Well within the time after which changes are forgotten. */
const gapMaxMs = 5 * 60_000;

/**
 * Looks twice a second whose standing has changed: sessions, users, roles and units alike. It is what HTTP, streams and MQTT
 * know an end by. Who is connected costs nothing here, only who has changed; and while it cannot look, nobody's standing
 * counts as current.
 */
export function startStandingWatch(
  views: Pick<StandingViews, 'look'> & Partial<StandingViews>,
  onError: (error: unknown) => void,
): StandingWatch {
  const stopping = new AbortController();
  const listeners: StandingListener[] = [];
  let horizon: string | undefined;
  let lookedAt = -Infinity;
  let tidiedAt = performance.now();
  /** Told at the look before: a transaction that lasts holds the horizon back. */
  let told = new Set<string>();

  async function lookOnce(): Promise<void> {
    const startedAt = performance.now();
    const isLost = horizon === undefined || startedAt - lookedAt > gapMaxMs;
    const found = await views.look(isLost ? undefined : horizon);
    horizon = found.horizon;
    lookedAt = startedAt;
    const isAll = isLost || found.changes.length > standingChangesMost;
    const fresh = found.changes.filter(({ changeId }) => !told.has(changeId));
    told = new Set(found.changes.map(({ changeId }) => changeId));
    for (const listener of listeners) listener(isAll ? 'all' : fresh);
    if (startedAt - tidiedAt < tidyEveryMs) return;
    tidiedAt = startedAt;
    await views.tidy?.();
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
