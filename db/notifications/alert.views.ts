import type { AlertArgs, AlertSeverity } from '../../workflows/notifications/alert.contract.js';
import {
  integer,
  json,
  listOf,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

/** An alert before translation into a reader's language. */
export const alertView = {
  alert_id: uuid,
  event_id: uuid,
  event_type: text,
  subject_type: text,
  subject_id: text,
  severity: textOf<AlertSeverity>(),
  context_type: text,
  message_key: text,
  message_args: json<AlertArgs>(),
  data_snapshot: json<Record<string, unknown>>(),
  deeplink: text,
  created_at: timestamp,
  read_at: orNull(timestamp),
  resolved_at: orNull(timestamp),
};
export type AlertView = Values<typeof alertView>;

const alertPage = query({
  name: 'alert.list',
  parameters: {
    accountId: uuid,
    severity: orNull(textOf<AlertSeverity>()),
    after: orNull(uuid),
    limit: integer,
  },
  row: alertView,
  text: `select ${listOf(alertView, 'a')} from notifications.alerts a
   where a.account_id = :accountId and (:after is null or a.alert_id < :after)
     and (:severity is null or a.severity = :severity)
   order by a.alert_id desc limit :limit`,
});

export const alertViews = (scope: ReadScope) => ({
  /** Newest first, from after an alert id. */
  page: (
    severity: AlertSeverity | null,
    after: string | null,
    limit: number,
  ): Promise<AlertView[]> =>
    scope.read(alertPage, { accountId: scope.accountId, severity, after, limit }),
});
