import type { InvariantViews } from './rows.js';

/** What clients have got an answer for, as they noted it themselves. */
export interface Acknowledged {
  /** By order: the events that answers have promised, in their order. */
  orders: ReadonlyMap<string, readonly string[]>;
  /** By device: the sequence numbers that a PUBACK came for. */
  messages: ReadonlyMap<string, ReadonlySet<number>>;
  /** Addresses that registered. */
  emails: readonly string[];
  /** Exports of the audit log that were asked for. */
  exports: ReadonlySet<string>;
}

/** What was acknowledged and is not there. */
export async function acknowledgedLost(
  views: InvariantViews,
  { orders, messages, emails, exports }: Acknowledged,
): Promise<string[]> {
  const lost = [...(await views.ordersLost(orders)), ...(await views.usersLost(emails))];
  lost.push(...(await views.exportsLost(exports)));
  for (const [deviceId, seqs] of messages) lost.push(...(await views.messagesLost(deviceId, seqs)));
  return lost;
}
