/** Keeps the entries used last; a full cache drops the entry unused for longest. */
interface BoundedCache<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  deleteWhere(isGone: (key: string, value: Value) => boolean): void;
  clear(): void;
}

export function createBoundedCache<Value>(maxEntries: number): BoundedCache<Value> {
  // A Map iterates in the order of insertion, so the first key is the entry unused for longest.
  const entries = new Map<string, Value>();
  return {
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      const oldest = entries.size > maxEntries ? entries.keys().next() : undefined;
      if (oldest && !oldest.done) entries.delete(oldest.value);
    },
    delete: (key) => void entries.delete(key),
    deleteWhere(isGone) {
      for (const [key, value] of entries) if (isGone(key, value)) entries.delete(key);
    },
    clear: () => entries.clear(),
  };
}
