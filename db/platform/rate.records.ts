import { bigInteger, integer, text, type Values } from '../connection/column.js';
import type { StatementScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const rateCount = {
  points: integer,
  /** End of the window, in milliseconds since 1970. */
  expire: bigInteger,
};
type RateCount = Values<typeof rateCount>;

const counting = query({
  name: 'rates.count',
  parameters: { key: text, ...rateCount, now: bigInteger },
  row: rateCount,
  text: `
  insert into platform.rate_windows as w (key, points, expire) values (:key, :points, :expire)
  on conflict (key) do update set
    points = case when w.expire <= :now then excluded.points else w.points + excluded.points end,
    expire = case when w.expire <= :now then excluded.expire else w.expire end
  returning w.points, w.expire`,
});

/**
 * Counts of requests, in the platform's scope: exact under any number of clients. A count is
 * committed by itself, so a request that is rolled back still counts.
 */
export const rateRecords = (scope: StatementScope) => ({
  /** Adds points to the window of a key, or begins a window where none is open `now`. */
  async count(key: string, points: number, expire: number, now: number): Promise<RateCount> {
    const [count] = await scope.run(counting, { key, points, expire, now });
    if (!count) throw new Error('a request was not counted');
    return count;
  },
});
export type RateRecords = ReturnType<typeof rateRecords>;
