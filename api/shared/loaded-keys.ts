/** Another process may have made or retired a key; an unknown one is looked for at most this often. */
const maxAgeMs = 600_000;
const unknownKidCooldownMs = 1_000;

export interface LoadedKeys<Key> {
  all(): Promise<Key[]>;
  /** Undefined for a key that is not, or no longer, one of ours. */
  find(kid: string): Promise<Key | undefined>;
}

/** Keys of the database, which all processes share, kept for a while. */
export function createLoadedKeys<Key extends { kid: string }>(read: () => Promise<Key[]>): LoadedKeys<Key> {
  let loaded: { keys: Promise<Key[]>; at: number } | undefined;

  function load(maxAge: number): Promise<Key[]> {
    if (loaded && performance.now() - loaded.at < maxAge) return loaded.keys;
    const loading = { keys: read(), at: performance.now() };
    // A failure is not kept: the next call asks again.
    loading.keys.catch(() => {
      if (loaded === loading) loaded = undefined;
    });
    loaded = loading;
    return loading.keys;
  }
  const findIn = (keys: readonly Key[], kid: string) => keys.find((key) => key.kid === kid);
  return {
    all: () => load(maxAgeMs),
    find: async (kid) => findIn(await load(maxAgeMs), kid) ?? findIn(await load(unknownKidCooldownMs), kid),
  };
}
