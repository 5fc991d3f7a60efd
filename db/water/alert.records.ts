import type { Database } from '../shared/database.js';

export function createAlertRecords(database: Database) {
  return {
    /** Keeps the time of the first reading; an alert that is not there stays so. */
    markRead: (accountId: string, alertId: string): Promise<void> =>
      database.inAccount(accountId, async (trx) => {
        await trx('water.alerts')
          .where({ accountId, alertId })
          .update({ readAt: trx.raw('coalesce(read_at, now())') });
      }),
  };
}
export type AlertRecords = ReturnType<typeof createAlertRecords>;
