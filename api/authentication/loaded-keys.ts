import { keySetMaxAgeSeconds } from '../../workflows/identity/signing-key.rules.js';
import type { StandingWatch } from '../shared/standing-watch.js';

const maxAgeMs = keySetMaxAgeSeconds * 1_000;
/** Another process may have made a key; an unknown key is looked up at most once a second. */
const unknownKidCooldownMs = 1_000;
/** Without reports of changes, a dropped key is believed for so long at most. */
const unwatchedMaxAgeMs = 1_000;

interface LoadedKeys<Key> {
  all(): Promise<Key[]>;
  /** Undefined for an unknown or removed key. */
  find(kid: string): Promise<Key | undefined>;
}

/** Keys of the database, shared by all processes and cached until the watch reports a change. */
export function createLoadedKeys<Key extends { kid: string }>(
  read: () => Promise<Key[]>,
  watch?: StandingWatch,
): LoadedKeys<Key> {
  let loaded: { keys: Promise<Key[]>; loadedAtMs: number } | undefined;

  onKeyChange(watch, () => (loaded = undefined));

  function load(maxAge: number): Promise<Key[]> {
    if (loaded && performance.now() - loaded.loadedAtMs < maxAge) return loaded.keys;
    const loading = { keys: read(), loadedAtMs: performance.now() };
    // A failed read is not cached: the next call reads again.
    loading.keys.catch(() => {
      if (loaded === loading) loaded = undefined;
    });
    loaded = loading;
    return loading.keys;
  }
  const loadKnown = () => load(!watch || watch.isCurrent() ? maxAgeMs : unwatchedMaxAgeMs);
  const findIn = (keys: readonly Key[], kid: string) => keys.find((key) => key.kid === kid);
  return {
    all: loadKnown,
    find: async (kid) =>
      findIn(await loadKnown(), kid) ?? findIn(await load(unknownKidCooldownMs), kid),
  };
}

/** Runs the work after every possible change of a key. */
export function onKeyChange(watch: StandingWatch | undefined, work: () => void): void {
  watch?.onLook((changes) => {
    if (changes === 'all' || changes.some(({ kind }) => kind === 'signing_key')) work();
  });
}
