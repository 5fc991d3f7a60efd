/**
 * Each part ends before its dependencies: the app drains into the gateway and Temporal, and all of
 * these into PostgreSQL.
 */
const order = [
  'the app',
  'the gateway',
  'Temporal',
  'PostgreSQL',
  'the claim on the data folder',
] as const;
export type Stoppable = (typeof order)[number];

export interface Stops {
  /** Call before the part is there, so no stop comes too early; throws after a request to end. */
  add(name: Stoppable, stop: () => Promise<void>): void;
  /** Ends everything, in order. Called again, waits for the same end. */
  run(): Promise<void>;
  /** Aborted as soon as the end is asked for. */
  signal: AbortSignal;
}

/** The steps of a stop, to leave nothing behind however far a start has come. */
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
