import type { AlertArgs, AlertContext, AlertMessageKey, AlertSeverity } from '../../workflows/water/alert.contract.js';
import { statement, type Reader } from '../shared/database.js';

/** An alert before it is put into a reader's language. */
export interface AlertView {
  alert_id: string;
  event_id: string;
  event_type: string;
  subject_type: string;
  subject_id: string;
  severity: AlertSeverity;
  context_type: AlertContext;
  message_key: AlertMessageKey;
  message_args: AlertArgs;
  data_snapshot: Record<string, unknown>;
  deeplink: string;
  created_at: string;
  read_at: string | null;
  resolved_at: string | null;
}

const columns = `a.alert_id, a.event_id, a.event_type, a.subject_type, a.subject_id, a.severity, a.context_type, a.message_key,
  a.message_args, a.data_snapshot, a.deeplink, a.created_at, a.read_at, a.resolved_at`;

const byId = statement(
  'alert.byId',
  `select ${columns} from water.alerts a where a.account_id = $1 and a.alert_id = $2`,
);
const list = statement(
  'alert.list',
  `select ${columns} from water.alerts a
   where a.account_id = $1 and ($2::uuid is null or a.alert_id < $2) and ($3::text is null or a.severity = $3)
   order by a.alert_id desc limit $4`,
);

export function createAlertViews(read: Reader) {
  return {
    async byId(accountId: string, alertId: string): Promise<AlertView | undefined> {
      return (await read.inAccount<AlertView>(accountId, byId, [accountId, alertId]))[0];
    },
    /** Newest first, from after an alert id. */
    list: (
      accountId: string,
      severity: AlertSeverity | null,
      after: string | null,
      limit: number,
    ): Promise<AlertView[]> => read.inAccount<AlertView>(accountId, list, [accountId, after, severity, limit]),
  };
}
export type AlertViews = ReturnType<typeof createAlertViews>;
