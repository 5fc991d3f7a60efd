import type { Part } from '../../processes/part.js';

type Noted<Entries> = { [Kind in keyof Entries]: Map<string, Entries[Kind]> };

export interface Tally<Entries> extends Part {
  /**
   * A name's entry since the last report, made where missing; undefined when the kind has no room
   * for another name.
   */
  entry<Kind extends keyof Entries>(
    kind: Kind,
    name: string,
    make: () => Entries[Kind],
  ): Entries[Kind] | undefined;
}

/**
 * Notes by name, reported together from time to time and at the end, and then begun anew. Each kind
 * of names has room of its own: strangers' made-up names cannot push out the names of signed-in
 * peers. A report begins after the end of the report before.
 */
export function startTally<Entries extends Record<string, object>>(parts: {
  most: Readonly<Record<keyof Entries, number>>;
  everyMs: number;
  /** Must not fail: the notes are nowhere else any more. */
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
      const count = noted[kind];
      const before = count.get(name);
      if (before || count.size >= most[kind]) return before;
      const entry = make();
      count.set(name, entry);
      return entry;
    },
    stop: async () => {
      clearInterval(timer);
      await reporting;
      await reportAll();
    },
  };
}
