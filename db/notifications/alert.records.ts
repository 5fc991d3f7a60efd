import { listOf, uuid } from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { alertView, type AlertView } from './alert.views.js';

const markRead = query({
  name: 'alert.markRead',
  parameters: { accountId: uuid, alertId: uuid },
  row: alertView,
  text: `update notifications.alerts a set read_at = coalesce(a.read_at, now())
   where a.account_id = :accountId and a.alert_id = :alertId returning ${listOf(alertView, 'a')}`,
});

export const alertRecords = (scope: WriteScope) => ({
  /** Keeps the time of the first reading; undefined for a missing alert. */
  async markRead(alertId: string): Promise<AlertView | undefined> {
    const [alert] = await scope.run(markRead, { accountId: scope.accountId, alertId });
    return alert;
  },
});
