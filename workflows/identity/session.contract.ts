/** The causes of a session's end before time. */
export const sessionEnds = [
  'LOGGED_OUT',
  'LOGGED_OUT_EVERYWHERE',
  'REFRESH_TOKEN_REUSED',
  'PASSWORD_RESET',
  'PASSWORD_CHANGED',
  'ENDED_BY_USER',
  'ENDED_BY_ADMIN',
  'USER_LOCKED',
  'USER_DISABLED',
  'ERASED',
  'TOO_MANY',
] as const;
export type SessionEnd = (typeof sessionEnds)[number];
