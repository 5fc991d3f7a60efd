import { Readable } from 'node:stream';
import { platformAccountId } from '../../db/connection/database.js';
import type { EventViews } from '../../db/platform/delivery/event.views.js';
import { failure } from '../../workflows/shared/failure.js';
import type { StandingWatch } from './standing-watch.js';

interface StreamRequest {
  accountId: string;
  principalId: string;
  /** Address of the listener. */
  place: string;
  /** Only events dispatched after the number. */
  afterNo: number;
  /** Throws when the caller may no longer listen. */
  assertAllowed(): Promise<void>;
}

interface EventStreamSettings {
  pollMs?: number;
  heartbeatMs?: number;
  maxStreams?: number;
  /** Keeps an account, a principal or a place from taking all streams. */
  maxStreamsOfAccount?: number;
  maxStreamsOfPrincipal?: number;
  maxStreamsOfPlace?: number;
  /** How long a listener may leave sent events unread before the place goes to another listener. */
  stalledMs?: number;
  /** Wakes the streams when a listener loses access. */
  watch?: Pick<StandingWatch, 'onLook'>;
}

/** Wakes the streams when a listener loses access. */
const reserveShare = 0.2;
/** Events of a read, and so the most waiting in memory for a slow listener. */
const batchSize = 100;
const retryMs = 1_000;

/**
 * Server-sent events. A single look at the newest number serves all streams; each stream then reads
 * events of the stream's own account behind the last number sent, so the next look finds any missed
 * event.
 */
export function createEventStreams(
  viewsOf: (accountId: string) => EventViews,
  settings: EventStreamSettings = {},
) {
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
  const most = {
    account: maxStreamsOfAccount,
    principal: maxStreamsOfPrincipal,
    place: maxStreamsOfPlace,
  };
  const dispatches = viewsOf(platformAccountId);
  let newestNo = 0;
  let open = 0;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  /** The account, principal and place of a stream, each with a limit of open streams. */
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
      const rest = openOfShare(kind, id) + change;
      if (rest === 0) openOf.delete(`${kind} ${id}`);
      else openOf.set(`${kind} ${id}`, rest);
    }
    open += change;
  }

  const wakeAll = (): void => [...listeners].forEach((wake) => wake());
  settings.watch?.onLook((changes) => {
    if (changes === 'all' || changes.length > 0) wakeAll();
  });
  async function look(): Promise<void> {
    try {
      const latestNo = await dispatches.newestNo();
      if (latestNo > newestNo) {
        newestNo = latestNo;
        wakeAll();
      }
    } catch {
      // After a failed look, the next look or a heartbeat's own read finds the new events.
    }
    timer = open > 0 && !isClosed ? setTimeout(() => void look(), pollMs) : undefined;
  }

  /** Resolves at a dispatch, or when a heartbeat is due. */
  const change = (): Promise<void> =>
    new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(late);
        listeners.delete(finish);
        resolve();
      };
      const late = setTimeout(finish, heartbeatMs);
      listeners.add(finish);
    });

  async function* frames({
    accountId,
    afterNo,
    assertAllowed,
  }: StreamRequest): AsyncGenerator<string> {
    const views = viewsOf(accountId);
    let cameTo = afterNo;
    yield `retry: ${retryMs}\n\n`;
    while (!isClosed) {
      await assertAllowed();
      // Before the read: a dispatch during the read ends the wait after the read.
      const changed = change();
      const rows = await views.after(cameTo, batchSize);
      for (const { dispatchNo, event } of rows) {
        cameTo = dispatchNo;
        yield `id: ${event.event_id}\nevent: ${event.event_type}\ndata: ${JSON.stringify(event)}\n\n`;
      }
      if (rows.length > 0) continue;
      await changed;
      yield ': \n\n';
    }
  }

  return {
    /**
     * The stream ends when the caller loses access, and when the server drains; a client then
     * returns with the id of the last event.
     */
    open(request: StreamRequest): Readable {
      if (isClosed || open >= maxStreams)
        throw failure('SERVICE_UNAVAILABLE', { reason: 'STREAMS' });
      assertRoom(request);
      count(request, 1);
      timer ??= setTimeout(() => void look(), pollMs);
      const source = endingQuietly(takenWithin(stalledMs, frames(request), () => stream.destroy()));
      const stream = Readable.from(source, { highWaterMark: 1 });
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

/** Reports a frame unread for longer than `ms`. */
async function* takenWithin(
  ms: number,
  frames: AsyncGenerator<string>,
  tooLate: () => void,
): AsyncGenerator<string> {
  for await (const frame of frames) {
    const late = setTimeout(tooLate, ms);
    try {
      yield frame;
    } finally {
      clearTimeout(late);
    }
  }
}

/**
 * A listener's lost access, or a database away, ends the stream quietly: the client's next request
 * learns the reason.
 */
async function* endingQuietly(frames: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield* frames;
  } catch {
    return;
  }
}
