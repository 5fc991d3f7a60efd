import { boolean, timestamp } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const startFromBefore = query({
  name: 'unsigned_runs.is_from_before',
  parameters: { startedAt: timestamp },
  row: { isFromBefore: boolean },
  text: 'select u.until > :startedAt as is_from_before from platform.unsigned_starts u',
});

/** The time until which the version without signed starts started workflows. */
export const unsignedRunViews = (scope: ReadScope) => ({
  async isFromBefore(startedAt: Date): Promise<boolean> {
    const [row] = await scope.read(startFromBefore, { startedAt: startedAt.toISOString() });
    return row?.isFromBefore ?? false;
  },
});
export type UnsignedRunViews = ReturnType<typeof unsignedRunViews>;
