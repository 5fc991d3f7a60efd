import { describe, expect, it } from '@jest/globals';
import { createEventStreams } from '../../api/shared/event-streams.js';
import type { EventViews } from '../../db/platform/event.views.js';
import { eventually } from '../support/eventually.js';

const total = 5_000;

/** Many events that were dispatched already; counts what is read of them for whom. */
function manyEvents() {
  const read = new Map<string, number>();
  const views = {
    newestNo: async () => total,
    after: async (accountId: string, dispatchNo: number, limit: number) => {
      const left = Math.min(limit, total - dispatchNo);
      read.set(accountId, (read.get(accountId) ?? 0) + left);
      return Array.from({ length: left }, (_, index) => {
        const no = dispatchNo + index + 1;
        return { dispatchNo: no, event: { event_id: String(no), event_type: 'TEST_HAPPENED' } };
      });
    },
  } as unknown as EventViews;
  return { views, read };
}

const request = (accountId: string) => ({ accountId, afterNo: 0, assertAllowed: async () => undefined });

describe('a listener that does not take what it is sent', () => {
  it('holds up nobody else, and little is read for it', async () => {
    const { views, read } = manyEvents();
    const streams = createEventStreams(views, { pollMs: 10 });
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
    const { views } = manyEvents();
    const streams = createEventStreams(views, { pollMs: 10, maxStreams: 1, stalledMs: 100 });
    const stalled = streams.open(request('stalled'));
    stalled.once('readable', () => void stalled.read(1));
    expect(() => streams.open(request('waiting'))).toThrow(expect.objectContaining({ type: 'SERVICE_UNAVAILABLE' }));
    await eventually(() => expect(stalled.destroyed).toBe(true));
    (await eventually(() => streams.open(request('waiting')))).destroy();
    streams.close();
  });
});

it('one account cannot take all places', async () => {
  const { views } = manyEvents();
  const streams = createEventStreams(views, { maxStreamsOfAccount: 2 });
  const [first, second] = [streams.open(request('greedy')), streams.open(request('greedy'))];
  expect(() => streams.open(request('greedy'))).toThrow(expect.objectContaining({ type: 'RATE_LIMITED' }));
  const other = streams.open(request('other'));
  first.destroy();
  const third = await eventually(() => streams.open(request('greedy')));
  for (const stream of [second, third, other]) stream.destroy();
  streams.close();
});
