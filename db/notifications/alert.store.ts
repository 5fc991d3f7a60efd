import type { AlertArgs, AlertSeverity } from '../../workflows/notifications/alert.contract.js';
import {
  arrayOf,
  columnList,
  json,
  parameterList,
  text,
  textOf,
  uuid,
  type Values,
} from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { newId } from '../shared/id.js';
import { change, runChange } from '../shared/outbox.js';
import { alertCreated } from './alert.events.js';

const alertSubject = { subjectType: text, subjectId: text };
/** The subject of alerts. */
export type AlertSubject = Values<typeof alertSubject>;

const newAlert = {
  ...alertSubject,
  /** The event that caused the alert; one event makes one alert. */
  eventId: uuid,
  eventType: text,
  severity: textOf<AlertSeverity>(),
  /** From the `alertContexts` of the domain. */
  contextType: text,
  /** From the `alertTexts` of the domain. */
  messageKey: text,
  messageArgs: json<AlertArgs>(),
  dataSnapshot: json<Record<string, unknown>>(),
  deeplink: text,
};
interface NewAlert extends Values<typeof newAlert> {
  /** Resolves the subject's open alerts. */
  resolvesEarlier: boolean;
}

const identifiedAlert = { accountId: uuid, alertId: uuid, ...newAlert };
/** An INFO alert tells of something already over, and so is created resolved. */
const raiseAlert = change({
  name: 'alerts.raise',
  parameters: identifiedAlert,
  row: { alertId: uuid },
  text: `insert into notifications.alerts as a (${columnList(identifiedAlert)}, resolved_at)
   values (${parameterList(identifiedAlert)}, case when :severity = 'INFO' then now() end)
   on conflict (account_id, event_id) do nothing returning a.alert_id`,
});

const ofSubject = `a.account_id = :accountId and a.subject_type = :subjectType and a.subject_id = :subjectId
   and a.resolved_at is null`;

const resolveEarlierAlerts = query({
  name: 'alerts.resolve_earlier',
  parameters: { accountId: uuid, ...alertSubject, alertId: uuid },
  text: `update notifications.alerts a set resolved_at = now() where ${ofSubject} and a.alert_id <> :alertId`,
});

const resolveAlerts = query({
  name: 'alerts.resolve',
  parameters: { accountId: uuid, ...alertSubject, messageKeys: arrayOf(text) },
  text: `update notifications.alerts a set resolved_at = now() where ${ofSubject} and a.message_key = any(:messageKeys)`,
});

const openAlert = query({
  name: 'alerts.open',
  parameters: { accountId: uuid, ...alertSubject, messageKey: text },
  text: `select from notifications.alerts a where ${ofSubject} and a.message_key = :messageKey limit 1`,
});

/** Alerts of the scope's account. */
export function alertStore(scope: WriteScope) {
  const { accountId } = scope;

  return {
    /** The alert's id; undefined, and nothing changed, when the event has made an alert already. */
    async raise({ resolvesEarlier, ...alert }: NewAlert): Promise<string | undefined> {
      const { subjectType, subjectId } = alert;
      const alertId = newId();
      const [raised] = await runChange(scope, raiseAlert, { accountId, alertId, ...alert }, [
        createdEvent(accountId, alertId, alert),
      ]);
      if (!raised) return undefined;
      if (resolvesEarlier)
        await scope.run(resolveEarlierAlerts, { accountId, subjectType, subjectId, alertId });
      return alertId;
    },

    /**
     * For an alert raised by several events alike; exact under a lock that every raiser of the
     * subject's alert takes.
     */
    async isOpen({ subjectType, subjectId }: AlertSubject, messageKey: string): Promise<boolean> {
      const parameters = { accountId, subjectType, subjectId, messageKey };
      return (await scope.read(openAlert, parameters)).length > 0;
    },

    /** Resolves the subject's open alerts of the given messages. */
    async resolve(
      { subjectType, subjectId }: AlertSubject,
      messageKeys: readonly string[],
    ): Promise<void> {
      await scope.run(resolveAlerts, { accountId, subjectType, subjectId, messageKeys });
    },
  };
}
export type AlertStore = ReturnType<typeof alertStore>;

const createdEvent = (
  accountId: string,
  alertId: string,
  { eventId, subjectType, subjectId, severity, messageKey }: Values<typeof newAlert>,
) =>
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
  });
