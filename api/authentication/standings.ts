import { databaseNow } from '../../db/connection/database-clock.js';
import type { Caller } from '../route/caller.js';
import { createBoundedCache } from '../shared/bounded-cache.js';
import type { StandingWatch } from '../shared/standing-watch.js';

/** A revocation, a lost role or a raised epoch applies within standingMaxAgeMs. */
const standingMaxAgeMs = 1_000;

export interface Standing {
  /** On the clock of the tokens. */
  lookedUpAtMs: number;
  epoch: number;
  endsAtMs: number;
  caller: Caller;
  /** Ids of users and principals with an influence on the standing, beside the subjects. */
  dependsOn: readonly string[];
}

interface AskedStanding {
  askedAtMs: number;
  /** Ids of the session, the principal or the key. */
  subjects: readonly string[];
  /** Resolves to undefined for an ended session or key. */
  standing: Promise<Standing | undefined>;
  /** The standing, once the promise has resolved. */
  settled?: Standing | undefined;
}

interface Standings {
  /** A standing looked up a moment ago, or without a reported change since. */
  get(key: string): Standing | undefined;
  /** Likewise, or the result of `look`. */
  ask(
    key: string,
    subjects: readonly string[],
    look: () => Promise<Standing | undefined>,
  ): Promise<Standing | undefined>;
  /** Has the next caller look again, unless somebody has by now. */
  forget(key: string, earlier: Standing): void;
  /** Likewise, for every standing of a subject. */
  forgetSubject(subjectId: string): void;
}

/**
 * Standings are looked up once, and again when the watch reports a change; without a watch, or
 * while the watch cannot look, once a second.
 */
export function createStandings(watch: StandingWatch | undefined, maxEntries: number): Standings {
  const standings = createBoundedCache<AskedStanding>(maxEntries);

  const isFresh = ({ askedAtMs, settled }: AskedStanding): boolean =>
    performance.now() - askedAtMs < standingMaxAgeMs ||
    (watch?.isCurrent() === true && settled !== undefined && settled.endsAtMs > databaseNow());

  watch?.onLook((changes) => {
    if (changes === 'all') return standings.clear();
    if (changes.length === 0) return;
    const gone = new Set(changes.map(({ subjectId }) => subjectId));
    standings.deleteWhere(
      (_key, { subjects, settled }) =>
        // A standing still being looked up may belong to a changed user.
        settled === undefined || [...subjects, ...settled.dependsOn].some((id) => gone.has(id)),
    );
  });

  return {
    get(key) {
      const recent = standings.get(key);
      return recent?.settled && isFresh(recent) ? recent.settled : undefined;
    },
    ask(key, subjects, look) {
      const recent = standings.get(key);
      if (recent && isFresh(recent)) return recent.standing;
      const entry: AskedStanding = { askedAtMs: performance.now(), subjects, standing: look() };
      entry.standing.then(
        (standing) => (entry.settled = standing),
        () => standings.delete(key),
      );
      standings.set(key, entry);
      return entry.standing;
    },
    forget(key, earlier) {
      if (standings.get(key)?.settled === earlier) standings.delete(key);
    },
    forgetSubject(subjectId) {
      standings.deleteWhere((_key, { subjects }) => subjects.includes(subjectId));
    },
  };
}
