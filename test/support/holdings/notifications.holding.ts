import { randomUUID } from 'node:crypto';
import { eventually } from '../timing/eventually.js';
import type { DomainHolding } from './domain-holding.js';

export interface NotificationsHeld {
  alert_id: string;
}

/** The alert of the critical level reported by the account's device. */
export const holding: DomainHolding<NotificationsHeld> = {
  nothing: () => ({ alert_id: randomUUID() }),
  make: async ({ owner: { api, accountId }, of }) => {
    await of('devices');
    return eventually(async () => {
      const { items } = await api.get<{ items: NotificationsHeld[] }>(
        `/v1/accounts/${accountId}/alerts`,
      );
      if (!items[0]) throw new Error('no alert yet');
      return { alert_id: items[0].alert_id };
    });
  },
};
