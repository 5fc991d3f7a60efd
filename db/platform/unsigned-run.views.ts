import { statement, type Reader } from '../shared/database.js';

const isFromBefore = statement(
  'unsigned_runs.is_from_before',
  'select u.until > $1::timestamptz as "isFromBefore" from platform.unsigned_starts u',
);

/** Until when workflows of the version that did not sign its starts were started. */
export function createUnsignedRunViews({ read }: { read: Reader }) {
  return {
    async isFromBefore(startedAt: Date): Promise<boolean> {
      const [row] = await read.inPlatform<{ isFromBefore: boolean }>(isFromBefore, [startedAt.toISOString()]);
      return row?.isFromBefore ?? false;
    },
  };
}
export type UnsignedRunViews = ReturnType<typeof createUnsignedRunViews>;
