import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { createRecoveryCodes } from '../../../db/secrets/recovery-codes.js';
import { base32, codeAt, createTotpSecrets } from '../../../db/secrets/totp-secrets.js';
import { newId } from '../../../db/shared/id.js';
import { authenticatorOf } from '../../support/people/authenticator.js';

const key = 'd'.repeat(64);
const secrets = createTotpSecrets(key);

describe('codes of an authenticator', () => {
  // RFC 6238, appendix B, SHA-1: the last six of the eight digits there.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('are at %i s what RFC 6238 says', (seconds, code) => {
    expect(codeAt(Buffer.from('12345678901234567890'), Math.floor(seconds / 30))).toBe(code);
  });

  // RFC 4648, section 10.
  it.each([
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foobar', 'MZXW6YTBOI'],
  ])('come from a secret in base32: %s', (text, encoded) => {
    expect(base32(Buffer.from(text))).toBe(encoded);
  });

  it('fit the step they were made for, among the steps asked', () => {
    const factorId = newId();
    const { secret, sealed } = secrets.make(factorId);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const step = Math.floor(Date.now() / 30_000);
    const code = authenticatorOf(secret)();
    const factor = { factorId, secretSealed: sealed };
    expect(secrets.fittingSteps(factor, code, [step, step - 1, step + 1, step + 2])).toHaveLength(
      1,
    );
    expect(secrets.fittingSteps(factor, `${code}0`, [step, step + 1])).toEqual([]);
  });

  it('do not open for another factor, under another key, or changed', () => {
    const factorId = newId();
    const { sealed } = secrets.make(factorId);
    const open = (id: string, secretSealed: Buffer, maker = secrets) =>
      maker.fittingSteps({ factorId: id, secretSealed }, '000000', [1]);
    expect(() => open(factorId, sealed)).not.toThrow();
    expect(() => open(newId(), sealed)).toThrow();
    expect(() => open(factorId, sealed, createTotpSecrets('e'.repeat(64)))).toThrow();
    expect(() => open(factorId, Buffer.concat([sealed, randomBytes(1)]))).toThrow();
    expect(sealed.toString('latin1')).not.toContain(key);
  });
});

describe('a recovery code', () => {
  const codes = createRecoveryCodes(key);
  const userId = newId();

  it('is ten characters without look-alikes', () => {
    for (let each = 0; each < 50; each += 1)
      expect(codes.make()).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
  });

  it('is the same however it is typed, and another user’s is another', () => {
    const hash = codes.hash(userId, '7K0ZP-1QX4M');
    for (const typed of ['7k0zp-1qx4m', ' 7K0ZP 1QX4M ', '7KOZPLQX4M', '7kozp-iqx4m'])
      expect(codes.hash(userId, typed).equals(hash)).toBe(true);
    expect(codes.hash(newId(), '7K0ZP-1QX4M').equals(hash)).toBe(false);
    expect(createRecoveryCodes('e'.repeat(64)).hash(userId, '7K0ZP-1QX4M').equals(hash)).toBe(
      false,
    );
  });
});
