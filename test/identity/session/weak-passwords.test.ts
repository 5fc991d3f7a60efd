import { describe, expect, it } from '@jest/globals';
import { isWeakPassword } from '../../../api/authentication/weak-passwords.js';

describe('a password', () => {
  it.each([
    'short',
    'nine char',
    'Password123',
    'qwertyuiop',
    'aaaaaaaaaaaa',
    '          ',
    '🐟🐠🐡🦈🐳🐋🐬🦭🐙',
    '12345678901',
    'iloveyou1234',
    'letmein12345',
    'millrace-demo',
    'Millrace2026!',
    'P@ssw0rd2026',
    'abcabcabcabc',
    'M1llr4ced3m0',
    '0987654321',
    'asdfghjkl;12',
    '!!manchester!!',
    'abcdefghijkl',
    '1q2w3e4r5t6y',
  ])('is refused when everybody would try it: %j', async (password) => {
    expect(await isWeakPassword(password)).toBe(true);
  });

  it.each([
    'amina.odhiambo@example.com',
    'Amina.Odhiambo',
    'AminaOdhiambo1',
    'moc.elpmaxe@obmaihdo.anima',
    '+254712345678',
    '254712345678!',
    'amina odhiambo 12',
  ])("is refused when it is one's own address or number: %j", async (password) => {
    const own = { email: 'amina.odhiambo@example.com', phoneE164: '+254712345678' };
    expect(await isWeakPassword(password, own)).toBe(true);
    expect(await isWeakPassword(`${password} and three rivers`, own)).toBe(false);
  });

  it.each([
    'correct horse battery',
    'zqx-1-vmt-9',
    'ωωψψχχφφυυτ',
    '🐟🐠🐡🦈🐳🐋🐬🦭🐙🦑',
    'a long one for tests',
    'x'.repeat(9) + ' and more',
  ])('is taken otherwise: %j', async (password) => {
    expect(await isWeakPassword(password, { email: 'bo@x.example' })).toBe(false);
  });

  it('is looked at in no time, however long it is', async () => {
    await isWeakPassword('to have the words loaded');
    for (const each of [
      'a1'.repeat(128),
      '@'.repeat(256),
      'qwerty'.repeat(42),
      'ab'.repeat(100) + 'c',
    ]) {
      const before = process.cpuUsage();
      await isWeakPassword(each, { email: `${'a'.repeat(64)}@${'b.'.repeat(90)}example` });
      expect(process.cpuUsage(before).user).toBeLessThan(20_000);
    }
  });
});
