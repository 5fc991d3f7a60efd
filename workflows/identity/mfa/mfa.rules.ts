/** How long a sign-in waits for the second factor. */
export const challengeSeconds = 300;
/** Tries of a sign-in; then the sign-in begins anew. */
export const maxChallengeTries = 5;
/** Wrong tries of a person, at every question for the second factor. */
export const maxMfaMisses = 10;
export const mfaMissWindowSeconds = 900;
/** How long a new secret waits for a first code. */
export const enrolmentSeconds = 600;
export const recoveryCodeCount = 10;

/** RFC 6238: seconds of a step, and how many steps a clock may be wrong. */
const stepSeconds = 30;
const stepSkew = 1;

/** The methods of RFC 8176 added to a session by a second factor. */
export const secondFactorMethods = ['otp', 'mfa'] as const;

/** The time steps with a valid code at a time, the likeliest first. */
export function stepsAt(timeMs: number): number[] {
  const now = Math.floor(timeMs / 1_000 / stepSeconds);
  const skews = Array.from({ length: stepSkew }, (_, index) => index + 1);
  return [now, ...skews.flatMap((skew) => [now - skew, now + skew])];
}

const issuer = 'Millrace';

/** The address read by authenticators, mostly as a QR code. */
export function otpauthUriOf(secret: string, identifier: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(identifier)}`;
  const query = new URLSearchParams({
    secret,
    issuer,
    algorithm: 'SHA1',
    digits: '6',
    period: String(stepSeconds),
  });
  return `otpauth://totp/${label}?${query.toString()}`;
}

/** Seconds until a person without tries left has another try. */
export function retryAfterSeconds(oldestTrySecondsAgo: number): number {
  return Math.max(1, Math.ceil(mfaMissWindowSeconds - oldestTrySecondsAgo));
}
