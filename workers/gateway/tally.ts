import type { Part } from '../shared/part.js';

type Noted<Entries> = { [Kind in keyof Entries]: Map<string, Entries[Kind]> };

export interface Tally<Entries> extends Part {
  /** A name's entry since the last report, made where it has none yet; undefined when its kind has no room for another name. */
  entry<Kind extends keyof Entries>(kind: Kind, name: string, make: () => Entries[Kind]): Entries[Kind] | undefined;
}

/**
 * Notes by name, which are reported together from time to time and at the end, and then begun anew. Each kind of names has room of
 * its own: names that strangers make up cannot push out those of who is signed in. A report begins after the one before has ended.
 */
export function startTally<Entries extends Record<string, object>>(parts: {
  most: Readonly<Record<keyof Entries, number>>;
  everyMs: number;
  /** Is not to fail: what it was given is nowhere else any more. */
  report(noted: Readonly<Noted<Entries>>): Promise<void> | void;
}): Tally<Entries> {
  const { most, everyMs, report } = parts;
  const kinds: readonly (keyof Entries)[] = Object.keys(most);
  const empty = () => Object.fromEntries(kinds.map((kind) => [kind, new Map()])) as Noted<Entries>;
  let noted = empty();
  let reporting = Promise.resolve();

  function reportAll(): Promise<void> | void {
    const taken = noted;
    noted = empty();
    return report(taken);
  }

  const timer = setInterval(() => {
    reporting = reporting.then(reportAll);
  }, everyMs);
  return {
    entry(kind, name, make) {
      const known = noted[kind];
      const before = known.get(name);
      if (before || known.size >= most[kind]) return before;
      const entry = make();
      known.set(name, entry);
      return entry;
    },
    stop: async () => {
      clearInterval(timer);
      await reporting;
      await reportAll();
    },
  };
}
