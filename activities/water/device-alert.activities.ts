import type { Database, Transaction } from '../../db/shared/database.js';
import { isAlertOpen, raiseAlert, resolveAlerts, type AlertSubject } from '../../db/water/alert.store.js';
import { readDeviceStanding } from '../../db/water/device.store.js';
import type { AlertMessageKey, AlertSeverity } from '../../workflows/water/alert.contract.js';
import type { CausingEvent } from './alert.activities.js';

export function createDeviceAlertActivities({ database }: { database: Database }) {
  /** A device that is not the account's any more, or in maintenance, is nothing to be told of. */
  async function raise(
    trx: Transaction,
    { eventId, eventType, payload }: CausingEvent,
    subject: AlertSubject,
    { severity, messageKey }: { severity: AlertSeverity; messageKey: AlertMessageKey },
  ): Promise<void> {
    const { accountId, subjectId: deviceId } = subject;
    const device = await readDeviceStanding(trx, accountId, deviceId);
    if (device?.status !== 'ACTIVE') return;
    await raiseAlert(trx, {
      ...{ ...subject, eventId, eventType, severity, messageKey, contextType: 'DEVICE' as const },
      messageArgs: { device_name: device.name ?? deviceId, reservoir_name: device.reservoirName },
      dataSnapshot: payload,
      deeplink: `/devices/${deviceId}`,
      resolvesEarlier: false,
    });
  }

  return {
    /**
     * One open alert while a device is not heard of. Its events come in their order, so each finds what those before it have
     * left; delivered again, it does nothing more.
     */
    async updateDeviceAlerts(event: CausingEvent): Promise<void> {
      const { accountId, eventType, subjectId } = event;
      // Attached to nobody: nobody is told.
      if (accountId === null) return;
      const subject = { accountId, subjectType: 'device', subjectId };
      await database.inAccount(accountId, async (trx) => {
        const isOpen = await isAlertOpen(trx, subject, 'device.offline');
        if (eventType === 'DEVICE_OFFLINE') {
          if (!isOpen) await raise(trx, event, subject, { severity: 'WARNING', messageKey: 'device.offline' });
          return;
        }
        if (!isOpen) return;
        if (eventType === 'DEVICE_ONLINE')
          await raise(trx, event, subject, { severity: 'INFO', messageKey: 'device.online' });
        await resolveAlerts(trx, subject, ['device.offline']);
      });
    },
  };
}
