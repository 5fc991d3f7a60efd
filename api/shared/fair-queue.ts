import { failure } from '../../workflows/shared/failure.js';

export interface QueueLimits {
  maxRunning: number;
  /** Of all places together, and of one. */
  maxWaiting: number;
  maxWaitingOfPlace: number;
}

interface Waiting {
  enteredMs: number;
  start(): void;
  refuse(error: unknown): void;
}

/** A queue whose first has waited for longer is not caught up with: its newest are served, who are the likeliest to wait still. */
const behindMs = 2_000;
/** Whoever has waited for longer than a request may take has gone. */
const goneMs = 10_000;

/**
 * Dear work, a few at once. Places take turns, so a crowd from one address waits for itself; and when all room is taken, a place
 * that has less of it gets some of the one that has most. Whoever cannot wait is told to come again.
 */
export function createFairQueue({ maxRunning, maxWaiting, maxWaitingOfPlace }: QueueLimits) {
  // A Map iterates in the order of insertion, so a place that had its turn is put behind the others.
  const places = new Map<string, Waiting[]>();
  let running = 0;
  let waiting = 0;
  const busy = () => failure('SERVICE_UNAVAILABLE', { retry_after_seconds: 1 });

  function next(): Waiting | undefined {
    const [place, queue] = places.entries().next().value ?? [];
    if (place === undefined || !queue) return undefined;
    const nowMs = performance.now();
    for (let [first] = queue; first && nowMs - first.enteredMs > goneMs; [first] = queue) {
      queue.shift();
      waiting -= 1;
      first.refuse(busy());
    }
    const chosen = nowMs - (queue[0]?.enteredMs ?? nowMs) > behindMs ? queue.pop() : queue.shift();
    places.delete(place);
    if (queue.length > 0) places.set(place, queue);
    if (!chosen) return next();
    waiting -= 1;
    return chosen;
  }

  /** Takes the newest of the longest queue out of it, if that is longer than what asks for room. */
  function makeRoom(length: number): boolean {
    const longest = [...places.values()].reduce((most, queue) => (queue.length > most.length ? queue : most), []);
    if (longest.length <= length + 1) return false;
    waiting -= 1;
    longest.pop()?.refuse(busy());
    return true;
  }

  function enter(place: string): Promise<void> {
    const queue = places.get(place) ?? [];
    const isFull = queue.length >= maxWaitingOfPlace || (waiting >= maxWaiting && !makeRoom(queue.length));
    if (isFull) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      queue.push({ enteredMs: performance.now(), start: resolve, refuse: reject });
      places.set(place, queue);
      waiting += 1;
    });
  }

  return async <T>(place: string, work: () => Promise<T>): Promise<T> => {
    // Whoever wakes it has kept its place, so `running` stays.
    if (running >= maxRunning) await enter(place);
    else running += 1;
    try {
      return await work();
    } finally {
      const first = next();
      if (first) first.start();
      else running -= 1;
    }
  };
}
