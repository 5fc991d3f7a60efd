import type { AlertArgs, AlertContext, AlertMessageKey, AlertSeverity } from '../../workflows/water/alert.contract.js';
import type { Transaction } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { alertCreated } from './alert.events.js';

export interface NewAlert {
  accountId: string;
  /** The event that caused it; one event makes one alert. */
  eventId: string;
  eventType: string;
  subjectType: string;
  subjectId: string;
  severity: AlertSeverity;
  contextType: AlertContext;
  messageKey: AlertMessageKey;
  messageArgs: AlertArgs;
  dataSnapshot: Record<string, unknown>;
  deeplink: string;
  /** What was open about the subject is over. */
  resolvesEarlier: boolean;
}

/** What alerts are about. */
export type AlertSubject = Pick<NewAlert, 'accountId' | 'subjectType' | 'subjectId'>;

/** An INFO alert tells of something that is over, so it is born resolved. */
const insertAlert = `
  insert into water.alerts as a (account_id, alert_id, event_id, event_type, subject_type, subject_id, severity, context_type,
    message_key, message_args, data_snapshot, deeplink, resolved_at)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, case when ? then now() end)
  on conflict (account_id, event_id) do nothing
  returning a.alert_id`;

/** The alert's id; undefined, and nothing done, when the event has made its alert already. */
export async function raiseAlert(trx: Transaction, alert: NewAlert): Promise<string | undefined> {
  const { accountId, eventId, subjectType, subjectId, severity, messageKey } = alert;
  const alertId = newId();
  const { rows } = await trx.raw<{ rows: unknown[] }>(insertAlert, [
    ...[accountId, alertId, eventId, alert.eventType, subjectType, subjectId, severity, alert.contextType, messageKey],
    ...[JSON.stringify(alert.messageArgs), JSON.stringify(alert.dataSnapshot), alert.deeplink, severity === 'INFO'],
  ]);
  if (rows.length === 0) return undefined;
  if (alert.resolvesEarlier)
    await trx('water.alerts')
      .where({ accountId, subjectType, subjectId })
      .whereNull('resolvedAt')
      .whereNot({ alertId })
      .update({ resolvedAt: trx.fn.now() });
  await emitEvents(trx, [
    alertCreated.of({
      accountId,
      subjectId: alertId,
      causationId: eventId,
      payload: {
        alert_id: alertId,
        event_id: eventId,
        subject_type: subjectType,
        subject_id: subjectId,
        severity,
        message_key: messageKey,
      },
    }),
  ]);
  return alertId;
}

/** Of what is raised for several events alike; exact to whoever holds a lock that those who raise it for the subject take. */
export async function isAlertOpen(
  trx: Transaction,
  subject: AlertSubject,
  messageKey: AlertMessageKey,
): Promise<boolean> {
  const open = await trx('water.alerts')
    .where({ ...subject, messageKey })
    .whereNull('resolvedAt')
    .first('alertId');
  return open !== undefined;
}

/** What is open of these messages about the subject is over. */
export async function resolveAlerts(
  trx: Transaction,
  subject: AlertSubject,
  messageKeys: readonly AlertMessageKey[],
): Promise<void> {
  await trx('water.alerts')
    .where(subject)
    .whereIn('messageKey', messageKeys)
    .whereNull('resolvedAt')
    .update({ resolvedAt: trx.fn.now() });
}
