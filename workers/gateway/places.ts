import { placeOf } from '../../api/limits/place.js';

/** How many connections there may be, and how many bytes the connections may keep here. */
export interface PlaceLimits {
  connections: number;
  /** From one address, or one /64 of IPv6: the network of one customer. */
  connectionsOfAddress: number;
  /** Connections without an introduction; the other places are kept for introduced peers. */
  waiting: number;
  /** Announced bytes of unfinished packets of one address. */
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

/** The use of all connections of one address. */
interface Share {
  readonly key: string;
  connections: number;
  unfinishedBytes: number;
  unansweredBytes: number;
  /** Connections of the address without an introduction. */
  waiting: number;
}

export interface Place {
  readonly share: Share;
  readonly since: number;
}

/**
 * Counts connections by address. Where there is no place, the connection with the longest wait for
 * an introduction makes room: of the full address, or else of the address with most waiting
 * connections. A real device introduces itself at once, and so gets in past connections that only
 * hold places.
 */
export function createPlaces<Held extends Place>(limits: PlaceLimits, evict: (held: Held) => void) {
  const shares = new Map<string, Share>();
  /** In the order of arrival. */
  const waiting = new Set<Held>();
  let count = 0;

  /**
   * The oldest waiting connection of an address; without an address, of the address with most
   * waiting connections.
   */
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
    /** The share of an address; undefined when there is no place for another connection. */
    shareOf(address: string): Share | undefined {
      const key = placeOf(address);
      const share = shares.get(key) ?? {
        key,
        connections: 0,
        unfinishedBytes: 0,
        unansweredBytes: 0,
        waiting: 0,
      };
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
    /** A connection no longer waits after the introduction. */
    settle,
    leave(held: Held): void {
      settle(held);
      held.share.connections -= 1;
      count -= 1;
      if (held.share.connections === 0) shares.delete(held.share.key);
    },
    /** The connections from before a moment, in the order of arrival. */
    *waitingSince(before: number): Iterable<Held> {
      for (const held of waiting) {
        if (held.since >= before) return;
        yield held;
      }
    },
  };
}
