/** One ends before what it needs: the app drains into the gateway's and Temporal's hands, and all of them into PostgreSQL. */
const order = ['the app', 'the gateway', 'Temporal', 'PostgreSQL', 'the claim on the data folder'] as const;
export type Stoppable = (typeof order)[number];

export interface Stops {
  /** To be called before the thing is there, so that no stop is too early for it; throws when the end has been asked for. */
  add(name: Stoppable, stop: () => Promise<void>): void;
  /** Ends everything, one after the other. Called again, it waits for the same end. */
  run(): Promise<void>;
  /** Aborted as soon as the end is asked for. */
  signal: AbortSignal;
}

/** What to do to leave nothing behind, however far a start has come. */
export function createStops(say: (text: string) => void): Stops {
  const stops = new Map<Stoppable, () => Promise<void>>();
  const stopping = new AbortController();
  const { signal } = stopping;
  let over: Promise<void> | undefined;
  const runAll = async () => {
    stopping.abort();
    for (const name of order) {
      const stop = stops.get(name);
      if (stop !== undefined && name !== order.at(-1)) say(`Stopping ${name}`);
      await stop?.();
    }
  };
  return {
    add(name, stop) {
      signal.throwIfAborted();
      stops.set(name, stop);
    },
    run: () => (over ??= runAll()),
    signal,
  };
}
