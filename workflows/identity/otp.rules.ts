export const otpLifetimeSeconds = 600;
export const maxOtpAttempts = 5;
/** Wrong codes for an identifier in an hour, over all codes. */
export const maxOtpMisses = 15;

/** Age from which a sent code no longer counts against a resend. */
export const resendWindowSeconds = 3_600;

/**
 * Seconds to wait after the n-th code of a window. The first resend is free, for a double click or
 * a slow phone.
 */
const cooldowns = [0, 30, 60, 120, 300, 900] as const;

/**
 * Seconds until another code may be sent; 0 for at once. `sentCount` counts codes in the window,
 * `sinceLastSeconds` is the age of the last code.
 */
export function resendWaitSeconds(sentCount: number, sinceLastSeconds: number): number {
  if (sentCount === 0) return 0;
  const cooldown = cooldowns[Math.min(sentCount, cooldowns.length) - 1] ?? 0;
  return Math.max(0, Math.ceil(cooldown - sinceLastSeconds));
}
