import type { UserStatus } from './user.contract.js';

export const minPasswordLength = 10;

/** The most used passwords of the published breach lists that are long enough to pass the length rule. */
// prettier-ignore
const commonPasswords = new Set([
  '1234567890', '0123456789', '12345678910', '1234567891', '9876543210', '0987654321', '1q2w3e4r5t', '1q2w3e4r5t6y',
  'qwertyuiop', 'qwerty12345', 'qwerty123456', 'qwertyuiop123', 'asdfghjkl1', '1qaz2wsx3edc', 'q1w2e3r4t5', 'qazwsxedcrfv',
  'password12', 'password123', 'password1234', 'password12345', 'passw0rd123', 'p@ssw0rd123', 'p@ssword123', 'mypassword',
  'password!1', 'changeme123', 'welcome123', 'welcome1234', 'letmein123', 'letmein1234', 'administrator', 'admin12345',
  'admin123456', 'iloveyou123', 'iloveyou12', 'sunshine123', 'princess123', 'football123', 'baseball123', 'superman123',
  'manchester', 'liverpool1', 'basketball', 'newpassword', 'secret1234', 'abcdefghij', 'abcd123456', 'abc1234567',
  'a123456789', 'aa123456789', '123456789a', '123456789q', 'qwe123456789', '123qweasdzxc', 'zaq12wsxcde3', 'test123456',
]);

/** Length over composition: a long one of any kind is fine unless it is known to everyone or one character repeated. */
export function isWeakPassword(password: string): boolean {
  const known = password.toLowerCase();
  return [...password].length < minPasswordLength || commonPasswords.has(known) || /^(.)\1*$/u.test(known);
}

export interface Holder {
  status: UserStatus;
  /** Whether it has proved the identifier that somebody now registers. */
  isVerified: boolean;
}

/**
 * What a registration does with the user who holds its identifier: a pending one is taken up again, a proved identifier is
 * refused, and one that an active user never proved is given up to whoever registers it, since anybody may have typed it.
 */
export function decideHolder({ status, isVerified }: Holder): 'takeUp' | 'release' | 'exists' | 'locked' | 'disabled' {
  switch (status) {
    case 'PENDING_VERIFICATION':
      return 'takeUp';
    case 'ACTIVE':
      return isVerified ? 'exists' : 'release';
    case 'LOCKED':
      return 'locked';
    case 'DISABLED':
      return 'disabled';
  }
}
