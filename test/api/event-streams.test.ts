import { describe, expect, it } from '@jest/globals';
import { createEventStreams } from '../../api/shared/event-streams.js';
import type { EventViews } from '../../db/platform/delivery/event.views.js';
import { eventually } from '../support/timing/eventually.js';

const total = 5_000;

/** Many events dispatched already; counts the events read, by reader. */
function manyEvents() {
  const read = new Map<string, number>();
  const viewsOf = (accountId: string) =>
    ({
      newestNo: async () => total,
      after: async (dispatchNo: number, limit: number) => {
        const left = Math.min(limit, total - dispatchNo);
        read.set(accountId, (read.get(accountId) ?? 0) + left);
        return Array.from({ length: left }, (_, index) => {
          const no = dispatchNo + index + 1;
          return { dispatchNo: no, event: { event_id: String(no), event_type: 'TEST_HAPPENED' } };
        });
      },
    }) as unknown as EventViews;
  return { viewsOf, read };
}

const request = (accountId: string, principalId = accountId, place = accountId) => ({
  accountId,
  principalId,
  place,
  afterNo: 0,
  assertAllowed: async () => undefined,
});

describe('a listener that does not take what it is sent', () => {
  it('holds up nobody else, and little is read for it', async () => {
    const { viewsOf, read } = manyEvents();
    const streams = createEventStreams(viewsOf, { pollMs: 10 });
    const slow = streams.open(request('slow'));
    slow.once('readable', () => void slow.read(1));
    const quick = streams.open(request('quick'));
    try {
      let taken = 0;
      quick.on('data', (frame: string) => (taken += /^id: /.test(frame) ? 1 : 0));
      await eventually(() => expect(taken).toBe(total));
      expect(read.get('quick')).toBe(total);
      expect(read.get('slow')).toBeLessThanOrEqual(100);
    } finally {
      slow.destroy();
      quick.destroy();
      streams.close();
    }
  });

  it('loses its place in time, and another gets it', async () => {
    const { viewsOf } = manyEvents();
    const streams = createEventStreams(viewsOf, { pollMs: 10, maxStreams: 1, stalledMs: 100 });
    const stalled = streams.open(request('stalled'));
    stalled.once('readable', () => void stalled.read(1));
    expect(() => streams.open(request('waiting'))).toThrow(
      expect.objectContaining({ type: 'SERVICE_UNAVAILABLE' }),
    );
    await eventually(() => expect(stalled.destroyed).toBe(true));
    (await eventually(() => streams.open(request('waiting')))).destroy();
    streams.close();
  });
});

it('one account cannot take all places', async () => {
  const { viewsOf } = manyEvents();
  const streams = createEventStreams(viewsOf, { maxStreamsOfAccount: 2 });
  const [first, second] = [streams.open(request('greedy')), streams.open(request('greedy'))];
  expect(() => streams.open(request('greedy'))).toThrow(
    expect.objectContaining({ type: 'RATE_LIMITED' }),
  );
  const other = streams.open(request('other'));
  first.destroy();
  const third = await eventually(() => streams.open(request('greedy')));
  for (const stream of [second, third, other]) stream.destroy();
  streams.close();
});

it.each([
  [
    'account',
    { maxStreamsOfAccount: 2 },
    (n: number) => request('greedy', `person ${n}`, `place ${n}`),
  ],
  [
    'person',
    { maxStreamsOfPrincipal: 2 },
    (n: number) => request(`account ${n}`, 'greedy', `place ${n}`),
  ],
  [
    'address',
    { maxStreamsOfPlace: 2 },
    (n: number) => request(`account ${n}`, `person ${n}`, 'greedy'),
  ],
])('one %s has a few places at most', (_who, limits, of) => {
  const streams = createEventStreams(manyEvents().viewsOf, limits);
  const opened = [1, 2].map((n) => streams.open(of(n)));
  expect(() => streams.open(of(3))).toThrow(expect.objectContaining({ type: 'RATE_LIMITED' }));
  for (const stream of opened) stream.destroy();
  streams.close();
});

it('ten accounts that take all they can leave places for those that have none', () => {
  const streams = createEventStreams(manyEvents().viewsOf);
  const opened = [];
  let refused = 0;
  for (let n = 0; n < 500; n += 1)
    try {
      opened.push(streams.open(request(`account ${n % 10}`, `person ${n}`, `place ${n}`)));
    } catch {
      refused += 1;
    }
  expect([opened.length, refused]).toEqual([400, 100]);
  for (let n = 0; n < 100; n += 1) opened.push(streams.open(request(`newcomer ${n}`)));
  expect(() => streams.open(request('one too many'))).toThrow(
    expect.objectContaining({ type: 'SERVICE_UNAVAILABLE' }),
  );
  for (const stream of opened) stream.destroy();
  streams.close();
});
