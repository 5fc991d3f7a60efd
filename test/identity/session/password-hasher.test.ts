import { describe, expect, it } from '@jest/globals';
import { createPasswordHasher } from '../../../api/authentication/password-hasher.js';
import { codeOf } from '../identity-fixture.js';

describe('the password hasher', () => {
  const passwords = createPasswordHasher();

  it('makes Argon2id hashes that fit their password alone', async () => {
    const stored = await passwords.hash('correct horse battery');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.hash('correct horse battery')).not.toBe(stored);
    expect(await passwords.verify('correct horse battery', stored)).toBe(true);
    expect(await passwords.verify('correct horse batterz', stored)).toBe(false);
  });

  it('takes the same characters for the same password, however a keyboard makes them', async () => {
    const stored = await passwords.hash('caf\u00e9 on the corner');
    expect(await passwords.verify('cafe\u0301 on the corner', stored)).toBe(true);
  });

  it('works as long for nobody as for somebody', async () => {
    const stored = await passwords.hash('correct horse battery');
    await passwords.verify('x', undefined);
    const worked = { somebody: 0, nobody: 0 };
    // By processor time rather than by the clock, moved on by other processes; in turns, so that
    // other work of the process is in both.
    for (let turn = 0; turn < 40; turn += 1) {
      const whose = turn % 2 === 0 ? 'somebody' : 'nobody';
      const before = process.cpuUsage();
      expect(
        await passwords.verify('wrong password', whose === 'somebody' ? stored : undefined),
      ).toBe(false);
      const { user, system } = process.cpuUsage(before);
      worked[whose] += user + system;
    }
    const { somebody, nobody } = worked;
    expect(nobody / somebody).toBeGreaterThan(0.4);
    expect(nobody / somebody).toBeLessThan(2.5);
  });

  it('refuses what would wait too long, and goes on afterwards', async () => {
    const small = createPasswordHasher({ maxRunning: 2, maxWaiting: 3, maxWaitingOfPlace: 3 });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => codeOf(small.hash('correct horse battery'))),
    );
    expect(answers.filter((answer) => answer === 'SERVICE_UNAVAILABLE')).toHaveLength(3);
    expect(await small.hash('correct horse battery')).toMatch(/^\$argon2id/);
  });
});
