import type { Database } from '../shared/database.js';

const keptDays = 14;
const batchSize = 5_000;

/** Of the development mailbox, over time. */
export function createMailboxStore({ database }: { database: Database }) {
  return {
    /** Forgets what was sent long ago; answers how many, at most one batch. Safe to repeat. */
    purge: (): Promise<number> =>
      database.inPlatform(async (trx) => {
        const { rowCount } = await trx.raw<{ rowCount: number }>(
          `delete from platform.mailbox where message_id = any (array(
             select m.message_id from platform.mailbox m where m.sent_at < now() - make_interval(days => ?) limit ?))`,
          [keptDays, batchSize],
        );
        return rowCount;
      }),
  };
}
