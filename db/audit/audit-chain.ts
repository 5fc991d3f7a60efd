import { entryHash, genesisHash, type ChainedEntry } from './audit-hash.js';

/** A statement from outside the chain: at number `seq` the chain had the given hash. */
export interface Witness {
  seq: number;
  hash: string;
  /** Name of the witness, such as `checkpoint 12`. */
  name: string;
}

/** The first entry where a chain differs from the chain as written. */
export interface ChainFault {
  accountId: string;
  seq: number;
  damage: 'changed' | 'removed' | 'inserted' | 'reordered' | 'cut' | 'forged';
  because: string;
}

/** Distance within which a moved entry is looked for. */
const maxMoved = 1_000;

interface Link {
  seq: number;
  hash: string;
}
type Found = Pick<ChainFault, 'seq' | 'damage' | 'because'>;

/**
 * Walks a chain from the first entry in the given order, holding two entries at a time. Witnesses
 * (the head, checkpoints) reveal faults invisible in the chain alone: an end that was cut off, or a
 * chain written anew.
 */
export async function checkChain(
  accountId: string,
  entries: AsyncIterable<ChainedEntry> | Iterable<ChainedEntry>,
  witnesses: readonly Witness[],
): Promise<{ fault?: ChainFault; last: Link }> {
  const unheard = [...witnesses].sort((a, b) => a.seq - b.seq);
  let last: Link = { seq: 0, hash: genesisHash };
  let current: ChainedEntry | undefined;

  const step = (entry: ChainedEntry, next: ChainedEntry | undefined): Found | undefined => {
    const found = faultOf(accountId, last, entry, next);
    if (found) return found;
    last = { seq: entry.seq, hash: entry.hash };
    while (unheard[0] && unheard[0].seq <= entry.seq) {
      const witness = unheard.shift();
      if (witness && witness.seq === entry.seq && witness.hash !== entry.hash)
        return {
          seq: entry.seq,
          damage: 'changed',
          because: `${witness.name} knows another hash of it`,
        };
    }
    return undefined;
  };
  for await (const next of entries) {
    const found = current && step(current, next);
    if (found) return { fault: { accountId, ...found }, last };
    current = next;
  }
  const found = current && step(current, undefined);
  if (found) return { fault: { accountId, ...found }, last };
  const [missed] = unheard;
  if (missed)
    return {
      fault: {
        accountId,
        seq: last.seq + 1,
        damage: 'cut',
        because: `${missed.name} knows entries up to ${missed.seq}`,
      },
      last,
    };
  return { last };
}

function faultOf(
  accountId: string,
  last: Link,
  entry: ChainedEntry,
  next: ChainedEntry | undefined,
): Found | undefined {
  const expected = last.seq + 1;
  if (entry.account_id !== accountId)
    return { seq: entry.seq, damage: 'inserted', because: `it belongs to ${entry.account_id}` };
  if (entryHash(entry) !== entry.hash) return brokenFault(expected, entry, next);
  if (entry.seq < expected)
    return { seq: entry.seq, damage: 'inserted', because: 'its number is there twice' };
  if (entry.seq > expected)
    return next && next.seq < entry.seq
      ? { seq: expected, damage: 'reordered', because: `entry ${entry.seq} stands in its place` }
      : { seq: expected, damage: 'removed', because: `entry ${entry.seq} comes after ${last.seq}` };
  if (entry.prev_hash === last.hash) return undefined;
  return last.seq === 0
    ? { seq: entry.seq, damage: 'changed', because: 'the first entry follows none' }
    : {
        seq: last.seq,
        damage: 'changed',
        because: `entry ${entry.seq} follows another hash than this one's`,
      };
}

/** The fault of an entry whose hash does not fit the content; the number is part of the content. */
function brokenFault(expected: number, entry: ChainedEntry, next: ChainedEntry | undefined): Found {
  const moved = movedBy(entry);
  if (moved === undefined) {
    if (entry.seq > expected)
      return {
        seq: expected,
        damage: 'removed',
        because: `entry ${entry.seq} comes after ${expected - 1}`,
      };
    return next && movedBy(next) === 1
      ? { seq: entry.seq, damage: 'inserted', because: 'those behind it were moved up' }
      : { seq: entry.seq, damage: 'changed', because: 'its hash does not fit its content' };
  }
  if (moved > 0)
    return {
      seq: entry.seq - moved,
      damage: 'inserted',
      because: `entry ${entry.seq} was moved up`,
    };
  return next === undefined || movedBy(next) === moved
    ? { seq: expected, damage: 'removed', because: `those behind it were moved down` }
    : {
        seq: expected,
        damage: 'reordered',
        because: `what was entry ${entry.seq - moved} stands in its place`,
      };
}

/**
 * Distance by which an entry's number was raised since the entry was written, if only the number is
 * wrong.
 */
function movedBy(entry: ChainedEntry): number | undefined {
  for (let distance = 1; distance <= maxMoved; distance += 1)
    for (const by of [distance, -distance])
      if (entry.seq - by > 0 && entryHash({ ...entry, seq: entry.seq - by }) === entry.hash)
        return by;
  return undefined;
}
