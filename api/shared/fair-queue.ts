import { failure } from '../../workflows/shared/failure.js';

export interface QueueLimits {
  maxRunning: number;
  /** Waiting work of all places together, and of a single place. */
  maxWaiting: number;
  maxWaitingOfPlace: number;
}

interface Waiting {
  enteredMs: number;
  start(): void;
  refuse(error: unknown): void;
}

/**
 * In a queue with a first waiter older than behindMs the backlog is not worked off: the newest
 * waiters are served, since the newest are the likeliest to wait still.
 */
const behindMs = 2_000;
/** A waiter older than a request's deadline has gone. */
const goneMs = 10_000;

/**
 * Expensive work, a few at once. Places take turns, so a crowd from a single address delays only the
 * crowd; and when the queue is full, the place with the most waiters loses the newest to a place
 * with fewer. Work without room is refused with a retry time.
 */
export function createFairQueue({ maxRunning, maxWaiting, maxWaitingOfPlace }: QueueLimits) {
  // A Map iterates in the order of insertion, so a place is put behind the others after a turn.
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

  /** Drops the newest waiter of the longest queue, where longer than the queue asking for room. */
  function makeRoom(length: number): boolean {
    const longest = [...places.values()].reduce(
      (most, queue) => (queue.length > most.length ? queue : most),
      [],
    );
    if (longest.length <= length + 1) return false;
    waiting -= 1;
    longest.pop()?.refuse(busy());
    return true;
  }

  function enter(place: string): Promise<void> {
    const queue = places.get(place) ?? [];
    const isFull =
      queue.length >= maxWaitingOfPlace || (waiting >= maxWaiting && !makeRoom(queue.length));
    if (isFull) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      queue.push({ enteredMs: performance.now(), start: resolve, refuse: reject });
      places.set(place, queue);
      waiting += 1;
    });
  }

  return async <T>(place: string, work: () => Promise<T>): Promise<T> => {
    // The waker hands over its place, so `running` stays.
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
