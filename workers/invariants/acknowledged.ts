import { identityInvariantViews } from '../../db/identity/invariant.views.js';
import { platformInvariantViews } from '../../db/platform/invariant.views.js';
import type { ReadScope } from '../../db/connection/database.js';
import { deviceInvariantViews } from '../../db/devices/invariant.views.js';
import { waterInvariantViews } from '../../db/water/invariant.views.js';

/** Acknowledged requests, as noted by the clients themselves. */
export interface Acknowledged {
  /** By order: the events promised by answers, in order. */
  orders: ReadonlyMap<string, readonly string[]>;
  /** By device: the sequence numbers with a PUBACK. */
  messages: ReadonlyMap<string, ReadonlySet<number>>;
  /** Addresses of registered users. */
  emails: readonly string[];
  /** Requested exports of the audit log. */
  exports: ReadonlySet<string>;
}

/** Acknowledged requests without a trace in the database. */
export async function acknowledgedLost(
  admin: ReadScope,
  { orders, messages, emails, exports }: Acknowledged,
): Promise<string[]> {
  const { ordersLost } = waterInvariantViews(admin);
  const { messagesLost } = deviceInvariantViews(admin);
  const breaches = [
    ...(await ordersLost(orders)),
    ...(await identityInvariantViews(admin).usersLost(emails)),
    ...(await platformInvariantViews(admin).exportsLost(exports)),
  ];
  for (const [deviceId, seqs] of messages) breaches.push(...(await messagesLost(deviceId, seqs)));
  return breaches;
}
