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

describe('a listener that does not take what it is sent', () => {
  it('holds up nobody else, and little is read for it', async () => {
    const { views, read } = manyEvents();
    const streams = createEventStreams(views, { pollMs: 10 });
    const request = (accountId: string) => ({ accountId, afterNo: 0, assertAllowed: async () => undefined });
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
});
