export const mfaChanges = [
  'ENABLED',
  'DISABLED',
  'RECOVERY_CODES_RENEWED',
  'RESET_BY_ADMIN',
] as const;
export type MfaChange = (typeof mfaChanges)[number];

/** The kinds of second factors. */
export const secondFactors = ['totp', 'recovery_code'] as const;
