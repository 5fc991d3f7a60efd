import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { alertStore, type AlertStore } from '../../db/notifications/alert.store.js';
import { deviceStale } from '../../db/devices/device.events.js';
import { newId } from '../../db/shared/id.js';
import { emitEvents } from '../../db/shared/outbox.js';
import { aDevice } from '../support/devices/device.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { transacted } from '../support/servers/transacted.js';

type NewAlert = Parameters<AlertStore['raise']>[0];

let test: TestDatabase;
let accountId: string;
let deviceId: string;
beforeAll(async () => {
  test = await createTestDatabase();
  ({ accountId, deviceId } = await aDevice(test));
});
afterAll(() => test.drop());

const alerts = () => transacted(test.database, { accountId }, alertStore);
/** Row-level security lets in alerts of the account's own events alone. */
const anEvent = async (): Promise<string> => {
  const event = deviceStale.of({
    accountId,
    subjectId: deviceId,
    payload: { device_id: deviceId },
  });
  const [eventId] = await test.database.transaction({ accountId }, (scope) =>
    emitEvents(scope, [event]),
  );
  return String(eventId);
};
const anAlert = async (changes: Partial<NewAlert> = {}): Promise<NewAlert> => ({
  eventId: await anEvent(),
  eventType: 'DEVICE_STALE',
  subjectType: 'reservoir',
  subjectId: newId(),
  severity: 'WARNING',
  contextType: 'RESERVOIR',
  messageKey: 'reservoir.level_low',
  messageArgs: { reservoir_name: 'Roof', level_pct: 17 },
  dataSnapshot: { level_pct: 17 },
  deeplink: '/reservoirs/1',
  resolvesEarlier: true,
  ...changes,
});
const openAlerts = async (subjectId: string): Promise<string[]> =>
  (
    await test.admin.query<{ alert_id: string }>(
      'select alert_id from notifications.alerts where subject_id = $1 and resolved_at is null order by alert_id',
      [subjectId],
    )
  ).rows.map(({ alert_id: alertId }) => alertId);
const eventsOf = async (alertId: string | undefined) =>
  (
    await test.admin.query(
      'select event_type, causation_id, payload from platform.events where subject_id = $1',
      [alertId],
    )
  ).rows;

describe('an alert', () => {
  it('is raised once an event, with an event of its own, and stays open when raised again', async () => {
    const alert = await anAlert();
    const alertId = await alerts().raise(alert);
    expect(await alerts().raise(alert)).toBeUndefined();
    expect(await openAlerts(alert.subjectId)).toEqual([alertId]);
    expect(await eventsOf(alertId)).toEqual([
      {
        event_type: 'ALERT_CREATED',
        causation_id: alert.eventId,
        payload: {
          alert_id: alertId,
          event_id: alert.eventId,
          subject_type: 'reservoir',
          subject_id: alert.subjectId,
          severity: 'WARNING',
          message_key: 'reservoir.level_low',
        },
      },
    ]);
  });

  it('resolves the earlier alerts of the same subject alone, if asked to', async () => {
    const [subjectId, other] = [newId(), newId()];
    await alerts().raise(await anAlert({ subjectId }));
    const untouched = await alerts().raise(await anAlert({ subjectId: other }));
    const second = await alerts().raise(await anAlert({ subjectId }));
    expect(await openAlerts(subjectId)).toEqual([second]);
    const third = await alerts().raise(await anAlert({ subjectId, resolvesEarlier: false }));
    expect(await openAlerts(subjectId)).toEqual([second, third]);
    expect(await openAlerts(other)).toEqual([untouched]);
  });

  it('is created resolved where it tells of something over', async () => {
    const alert = await anAlert({ severity: 'INFO', messageKey: 'reservoir.level_recovered' });
    expect(await alerts().raise(alert)).toBeDefined();
    expect(await openAlerts(alert.subjectId)).toEqual([]);
    expect(await alerts().isOpen(alert, alert.messageKey)).toBe(false);
  });

  it('is open until its message is resolved, and others stay open', async () => {
    const low = await anAlert({ resolvesEarlier: false });
    const full = { ...low, eventId: await anEvent(), messageKey: 'reservoir.level_full' };
    await alerts().raise(low);
    const left = await alerts().raise(full);
    await alerts().resolve(low, [low.messageKey]);
    expect(await openAlerts(low.subjectId)).toEqual([left]);
    expect(await alerts().isOpen(low, low.messageKey)).toBe(false);
    expect(await alerts().isOpen(low, full.messageKey)).toBe(true);
    const stranger = transacted(test.database, { accountId: newId() }, alertStore);
    expect(await stranger.isOpen(low, full.messageKey)).toBe(false);
  });
});
