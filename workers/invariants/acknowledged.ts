import type { InvariantViews } from '../../db/platform/invariant.views.js';

/** What clients have got an answer for, as they noted it themselves. */
export interface Acknowledged {
  /** By order: the events that answers have promised, in their order. */
  orders: ReadonlyMap<string, readonly string[]>;
  /** By device: the sequence numbers that a PUBACK came for. */
  messages: ReadonlyMap<string, ReadonlySet<number>>;
  /** Addresses that registered. */
  emails: readonly string[];
}

/** What was acknowledged and is not there. */
export async function acknowledgedLost(
  views: InvariantViews,
  { orders, messages, emails }: Acknowledged,
): Promise<string[]> {
  const lost = [...(await views.ordersLost(orders)), ...(await views.usersLost(emails))];
  for (const [deviceId, seqs] of messages) lost.push(...(await views.messagesLost(deviceId, seqs)));
  return lost;
}
