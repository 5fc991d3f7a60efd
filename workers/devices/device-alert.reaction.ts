import { findKind } from '../../workflows/devices/measured-kind.contract.js';
import type { Database, WriteScope } from '../../db/connection/database.js';
import { alertStore, type AlertSubject } from '../../db/notifications/alert.store.js';
import { deviceViews } from '../../db/devices/device.views.js';
import type { MeasuredKind } from '../../db/devices/measured-kind.contract.js';
import type { AlertSeverity } from '../../workflows/notifications/alert.contract.js';
import type { DevicesAlertKey } from '../../workflows/devices/alert-text.rules.js';
import type { CausingEvent, InternalConsumer } from '../relay/sink.js';

interface DeviceAlertParts {
  database: Database;
  measuredKinds: readonly MeasuredKind[];
}

/** Turns a device's silence into an alert, resolved by the device's next message. */
export function createDeviceAlertReaction(parts: DeviceAlertParts): InternalConsumer {
  const { updateDeviceAlerts } = createDeviceAlerts(parts);
  return {
    name: 'device-alerts',
    on: {
      DEVICE_OFFLINE: updateDeviceAlerts,
      DEVICE_ONLINE: updateDeviceAlerts,
      DEVICE_DETACHED: updateDeviceAlerts,
    },
  };
}

export function createDeviceAlerts({ database, measuredKinds }: DeviceAlertParts) {
  /** No alert for a device in maintenance, or no longer of the account. */
  async function raise(
    scope: WriteScope,
    { eventId, eventType, payload }: CausingEvent,
    subject: AlertSubject,
    { severity, messageKey }: { severity: AlertSeverity; messageKey: DevicesAlertKey },
  ): Promise<void> {
    const { subjectId: deviceId } = subject;
    const device = await deviceViews(scope, measuredKinds).standing(deviceId);
    const kind = device && findKind(measuredKinds, device);
    if (!kind || device.status !== 'ACTIVE') return;
    const thing = (await kind.views(scope).describe([device.thingId])).get(device.thingId);
    if (!thing) return;
    await alertStore(scope).raise({
      ...subject,
      eventId,
      eventType,
      severity,
      messageKey,
      contextType: 'DEVICE' as const,
      messageArgs: { device_name: device.name ?? deviceId, [`${kind.kind}_name`]: thing.name },
      dataSnapshot: payload,
      deeplink: `/devices/${deviceId}`,
      resolvesEarlier: false,
    });
  }

  return {
    /**
     * Keeps one open alert during a device's silence. A device's events come in order, so each
     * event finds the result of the events before; a repeat changes nothing.
     */
    async updateDeviceAlerts(event: CausingEvent): Promise<void> {
      const { accountId, eventType, subjectId } = event;
      // Attached to nobody: nobody is told.
      if (accountId === null) return;
      const subject = { subjectType: 'device', subjectId };
      await database.transaction({ accountId }, async (scope) => {
        const alerts = alertStore(scope);
        const isOpen = await alerts.isOpen(subject, 'device.offline');
        if (eventType === 'DEVICE_OFFLINE') {
          if (!isOpen)
            await raise(scope, event, subject, {
              severity: 'WARNING',
              messageKey: 'device.offline',
            });
          return;
        }
        if (!isOpen) return;
        if (eventType === 'DEVICE_ONLINE')
          await raise(scope, event, subject, { severity: 'INFO', messageKey: 'device.online' });
        await alerts.resolve(subject, ['device.offline']);
      });
    },
  };
}
