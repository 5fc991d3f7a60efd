import { describe, expect, it } from '@jest/globals';
import { createPasswordHasher } from '../../api/shared/password-hasher.js';
import { codeOf } from './identity-fixture.js';

describe('the password hasher', () => {
  const passwords = createPasswordHasher();

  it('makes Argon2id hashes that fit their password alone', async () => {
    const stored = await passwords.hash('correct horse battery');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.hash('correct horse battery')).not.toBe(stored);
    expect(await passwords.verify('correct horse battery', stored)).toBe(true);
    expect(await passwords.verify('correct horse batterz', stored)).toBe(false);
  });

  it('works as long for nobody as for somebody', async () => {
    const stored = await passwords.hash('correct horse battery');
    await passwords.verify('x', undefined);
    const taken = { somebody: 0, nobody: 0 };
    // In turns, so that whatever else the machine does slows both.
    for (let turn = 0; turn < 20; turn += 1) {
      const whose = turn % 2 === 0 ? 'somebody' : 'nobody';
      const startedAt = performance.now();
      expect(await passwords.verify('wrong password', whose === 'somebody' ? stored : undefined)).toBe(false);
      taken[whose] += performance.now() - startedAt;
    }
    const { somebody, nobody } = taken;
    expect(nobody / somebody).toBeGreaterThan(0.4);
    expect(nobody / somebody).toBeLessThan(2.5);
  });

  it('refuses what would wait too long, and goes on afterwards', async () => {
    const small = createPasswordHasher({ maxRunning: 2, maxWaiting: 3 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => codeOf(small.hash('correct horse battery'))));
    expect(answers.filter((answer) => answer === 'SERVICE_UNAVAILABLE')).toHaveLength(3);
    expect(await small.hash('correct horse battery')).toMatch(/^\$argon2id/);
  });
});
