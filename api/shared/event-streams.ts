import { Readable } from 'node:stream';
import type { EventViews } from '../../db/platform/event.views.js';
import { failure } from '../../workflows/shared/failure.js';
import type { StandingWatch } from './standing-watch.js';

export interface StreamRequest {
  accountId: string;
  principalId: string;
  /** The address it comes from. */
  place: string;
  /** Only what was dispatched after this number. */
  afterNo: number;
  /** Throws when the caller may no longer listen. */
  assertAllowed(): Promise<void>;
}

export interface EventStreamSettings {
  pollMs?: number;
  heartbeatMs?: number;
  maxStreams?: number;
  /** So that nobody can take them all. */
  maxStreamsOfAccount?: number;
  maxStreamsOfPrincipal?: number;
  maxStreamsOfPlace?: number;
  /** How long a listener may leave what it is sent before its place is given to another. */
  stalledMs?: number;
  /** Wakes the streams when somebody may not listen any longer. */
  watch?: Pick<StandingWatch, 'onLook'>;
}

/** The share of all places that is kept for accounts which have none. */
const reserveShare = 0.2;
/** Read at once, and so the most that waits in memory for a slow listener. */
const batchSize = 100;
const retryMs = 1_000;

/**
 * Server-sent events. One look at the newest number serves all streams; each then reads its own account's events behind the
 * number it has come to, so whatever is missed is found at the next look.
 */
export function createEventStreams(views: EventViews, settings: EventStreamSettings = {}) {
  const {
    pollMs = 100,
    heartbeatMs = 2_000,
    maxStreams = 500,
    maxStreamsOfAccount = 50,
    maxStreamsOfPrincipal = 20,
    maxStreamsOfPlace = 100,
    stalledMs = 30_000,
  } = settings;
  const listeners = new Set<() => void>();
  const openOf = new Map<string, number>();
  const most = { account: maxStreamsOfAccount, principal: maxStreamsOfPrincipal, place: maxStreamsOfPlace };
  let newestNo = 0;
  let open = 0;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  /** Whose a stream is, each with how many may be open. */
  const sharesOf = ({ accountId, principalId, place }: StreamRequest) =>
    [
      ['account', accountId],
      ['principal', principalId],
      ['place', place],
    ] as const;
  const openOfShare = (kind: string, id: string): number => openOf.get(`${kind} ${id}`) ?? 0;

  function assertRoom(request: StreamRequest): void {
    const isTooMany = sharesOf(request).some(([kind, id]) => openOfShare(kind, id) >= most[kind]);
    const isReserve = open >= maxStreams * (1 - reserveShare);
    if (isTooMany || (isReserve && openOfShare('account', request.accountId) > 0))
      throw failure('RATE_LIMITED', { limit: 'streams', retry_after_seconds: stalledMs / 1_000 });
  }
  function count(request: StreamRequest, change: 1 | -1): void {
    for (const [kind, id] of sharesOf(request)) {
      const left = openOfShare(kind, id) + change;
      if (left === 0) openOf.delete(`${kind} ${id}`);
      else openOf.set(`${kind} ${id}`, left);
    }
    open += change;
  }

  const wakeAll = (): void => [...listeners].forEach((wake) => wake());
  settings.watch?.onLook((changes) => {
    if (changes === 'all' || changes.length > 0) wakeAll();
  });
  async function look(): Promise<void> {
    try {
      const found = await views.newestNo();
      if (found > newestNo) {
        newestNo = found;
        wakeAll();
      }
    } catch {
      // The next look, or a heartbeat's own read, finds what this one did not.
    }
    timer = open > 0 && !isClosed ? setTimeout(() => void look(), pollMs) : undefined;
  }

  /** Until something was dispatched, or it is time for a heartbeat. */
  const change = (): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(late);
        listeners.delete(done);
        resolve();
      };
      const late = setTimeout(done, heartbeatMs);
      listeners.add(done);
    });

  async function* frames({ accountId, afterNo, assertAllowed }: StreamRequest): AsyncGenerator<string> {
    let cameTo = afterNo;
    yield `retry: ${retryMs}\n\n`;
    while (!isClosed) {
      await assertAllowed();
      // Before the read: what is dispatched while it runs ends the wait behind it.
      const changed = change();
      const found = await views.after(accountId, cameTo, batchSize);
      for (const { dispatchNo, event } of found) {
        cameTo = dispatchNo;
        yield `id: ${event.event_id}\nevent: ${event.event_type}\ndata: ${JSON.stringify(event)}\n\n`;
      }
      if (found.length > 0) continue;
      await changed;
      yield ': \n\n';
    }
  }

  return {
    /** Ends when the caller may no longer listen, and when the server drains; a client then comes back behind its last event. */
    open(request: StreamRequest): Readable {
      if (isClosed || open >= maxStreams) throw failure('SERVICE_UNAVAILABLE', { reason: 'STREAMS' });
      assertRoom(request);
      count(request, 1);
      timer ??= setTimeout(() => void look(), pollMs);
      const taken = endingQuietly(takenWithin(stalledMs, frames(request), () => stream.destroy()));
      const stream = Readable.from(taken, { highWaterMark: 1 });
      return stream.once('close', () => {
        count(request, -1);
        wakeAll();
      });
    },

    close(): void {
      isClosed = true;
      clearTimeout(timer);
      wakeAll();
    },
  };
}
export type EventStreams = ReturnType<typeof createEventStreams>;

/** Tells when a frame is left lying for longer than that. */
async function* takenWithin(ms: number, frames: AsyncGenerator<string>, tooLate: () => void): AsyncGenerator<string> {
  for await (const frame of frames) {
    const late = setTimeout(tooLate, ms);
    try {
      yield frame;
    } finally {
      clearTimeout(late);
    }
  }
}

/** A listener that may no longer listen, or a database that is away, ends the stream: the client's next request learns why. */
async function* endingQuietly(frames: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield* frames;
  } catch {
    return;
  }
}
