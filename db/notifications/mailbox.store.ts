import { integer } from '../connection/column.js';
import type { StatementScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const keptDays = 14;
const batchSize = 5_000;

const purgeMessages = query({
  name: 'mailbox.purge',
  parameters: { keptDays: integer, batchSize: integer },
  row: { count: integer },
  text: `with deleted as (
     delete from notifications.mailbox where message_id = any (array(
       select m.message_id from notifications.mailbox m
       where m.sent_at < now() - make_interval(days => :keptDays) limit :batchSize))
     returning 1)
   select count(*)::int as count from deleted`,
});

/** The development mailbox, over time. */
export const mailboxStore = (scope: StatementScope) => ({
  /** Deletes old sent messages, at most one batch; answers the count. Safe to repeat. */
  async purge(): Promise<number> {
    const [purged] = await scope.run(purgeMessages, { keptDays, batchSize });
    return purged?.count ?? 0;
  },
});
