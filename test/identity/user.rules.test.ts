import { describe, expect, it } from '@jest/globals';
import { decideHolder, isWeakPassword } from '../../workflows/identity/user.rules.js';

describe('passwords', () => {
  it.each(['short', 'nine char', 'Password123', 'qwertyuiop', 'aaaaaaaaaaaa', '          '])(
    'refuses %j',
    (password) => {
      expect(isWeakPassword(password)).toBe(true);
    },
  );

  it.each(['correct horse battery', 'zqx-1-vmt-9', 'ωωψψχχφφυυτ', '🐟🐠🐡🦈🐳🐋🐬🦭🐙🦑'])('takes %j', (password) => {
    expect(isWeakPassword(password)).toBe(false);
  });

  it('counts characters, not code units', () => expect(isWeakPassword('🐟🐠🐡🦈🐳🐋🐬🦭🐙')).toBe(true));
});

describe('registering an identifier that somebody holds', () => {
  it.each([
    ['PENDING_VERIFICATION', false, 'takeUp'],
    ['ACTIVE', true, 'exists'],
    ['ACTIVE', false, 'release'],
    ['LOCKED', true, 'locked'],
    ['DISABLED', true, 'disabled'],
  ] as const)('%s, proved: %s → %s', (status, isVerified, decision) => {
    expect(decideHolder({ status, isVerified })).toBe(decision);
  });
});
