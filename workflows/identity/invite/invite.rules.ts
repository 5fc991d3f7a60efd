import type { InviteStanding } from './invite.contract.js';

const dayMs = 86_400_000;

/** When to remind: a day before the end, or half-way through a shorter life. */
export const remindAtMs = (createdAtMs: number, expiresAtMs: number): number =>
  Math.max(expiresAtMs - dayMs, (createdAtMs + expiresAtMs) / 2);

/** The next step of an open invite, and its time. */
export interface InviteStep {
  action: 'send' | 'remind' | 'expire';
  atMs: number;
}

/** Messages tried so far, taken by a provider or not. */
interface Tried {
  messageNo: number;
  isReminderTried: boolean;
}

export function nextStep(
  { expiresAtMs, sendingNo, sentNo, remindAtMs: reminderMs }: InviteStanding,
  { messageNo, isReminderTried }: Tried,
): InviteStep {
  if (sendingNo > Math.max(sentNo, messageNo)) return { action: 'send', atMs: 0 };
  if (reminderMs !== undefined && !isReminderTried) return { action: 'remind', atMs: reminderMs };
  return { action: 'expire', atMs: expiresAtMs };
}
