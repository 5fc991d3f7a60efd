import { placeOf } from '../../api/shared/place.js';

/** How many connections there may be, and how many bytes they may keep here. */
export interface PlaceLimits {
  connections: number;
  /** From one address, or one /64 of IPv6, which is what one customer has. */
  connectionsOfAddress: number;
  /** Who has not introduced themselves; the other places are kept for those who have. */
  waiting: number;
  /** Announced and not whole, in packets of one address. */
  unfinishedBytesOfAddress: number;
  /** Whole and not acknowledged. */
  unansweredBytesOfAddress: number;
}

export const defaultPlaceLimits: PlaceLimits = {
  connections: 20_000,
  connectionsOfAddress: 5_000,
  waiting: 1_000,
  unfinishedBytesOfAddress: 8 * 1024 * 1024,
  unansweredBytesOfAddress: 8 * 1024 * 1024,
};

/** What the connections of one address take together. */
export interface Share {
  readonly key: string;
  connections: number;
  unfinishedBytes: number;
  unansweredBytes: number;
  /** Of its connections those that have not introduced themselves. */
  waiting: number;
}

export interface Place {
  readonly share: Share;
  readonly since: number;
}

/**
 * Counts connections by address. Where there is no place, whoever has waited longest without an introduction makes room, of
 * the address that is full, or else of the one with most who wait: a real device introduces itself at once, and so gets in
 * past those who only hold places.
 */
export function createPlaces<Held extends Place>(limits: PlaceLimits, evict: (held: Held) => void) {
  const shares = new Map<string, Share>();
  /** In the order in which they came. */
  const waiting = new Set<Held>();
  let count = 0;

  /** Of one address; of the address with most who wait where none is named. */
  function oldest(key = mostWaiting()?.key): Held | undefined {
    for (const held of waiting) if (held.share.key === key) return held;
    return undefined;
  }
  function mostWaiting(): Share | undefined {
    let most: Share | undefined;
    for (const { share } of waiting) if (share.waiting > (most?.waiting ?? 0)) most = share;
    return most;
  }
  /** Whether there is room now. */
  function makeRoom(isFull: () => boolean, key?: string): boolean {
    if (!isFull()) return true;
    const longest = oldest(key);
    if (longest) evict(longest);
    return longest !== undefined && !isFull();
  }

  function settle(held: Held): void {
    if (waiting.delete(held)) held.share.waiting -= 1;
  }

  return {
    /** The share of an address; undefined when there is no place for one more. */
    shareOf(address: string): Share | undefined {
      const key = placeOf(address);
      const share = shares.get(key) ?? { key, connections: 0, unfinishedBytes: 0, unansweredBytes: 0, waiting: 0 };
      const hasRoom =
        makeRoom(() => share.connections >= limits.connectionsOfAddress, key) &&
        makeRoom(() => waiting.size >= limits.waiting) &&
        makeRoom(() => count >= limits.connections);
      return hasRoom ? share : undefined;
    },
    take(held: Held): void {
      shares.set(held.share.key, held.share);
      held.share.connections += 1;
      held.share.waiting += 1;
      count += 1;
      waiting.add(held);
    },
    /** Whoever has introduced themselves waits no longer. */
    settle,
    leave(held: Held): void {
      settle(held);
      held.share.connections -= 1;
      count -= 1;
      if (held.share.connections === 0) shares.delete(held.share.key);
    },
    /** Those that came before, in the order in which they came. */
    *waitingSince(before: number): Iterable<Held> {
      for (const held of waiting) {
        if (held.since >= before) return;
        yield held;
      }
    },
  };
}
