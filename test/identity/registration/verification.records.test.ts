import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aPhone,
  anEmail,
  codeOf,
  createIdentityFixture,
  passwordHash,
  type IdentityFixture,
} from '../identity-fixture.js';

let test: IdentityFixture;
beforeAll(async () => {
  test = await createIdentityFixture();
});
afterAll(() => test.drop());

const another = (code: string, by: number): string =>
  String((Number(code) + by) % 1_000_000).padStart(6, '0');

describe('verifying', () => {
  it('makes the user ACTIVE, with a principal and an account it owns', async () => {
    const { email, userId, code } = await test.aPending();
    const verified = await test.verifications.verify({ email }, code);
    expect(verified).toEqual({
      userId,
      status: 'ACTIVE',
      principalId: expect.any(String),
      verifiedIdentifier: email,
      isPasswordSet: true,
    });
    const { rows } = await test.admin.query(
      `select a.kind, s.plan_id, s.status, g.role from identity.access_grants g join identity.accounts a using (account_id)
       join identity.subscriptions s using (account_id) where g.principal_id = $1`,
      [verified.principalId],
    );
    expect(rows).toEqual([{ kind: 'PERSONAL', plan_id: 'pro', status: 'ACTIVE', role: 'OWNER' }]);
    const event = (await test.events('IDENTIFIER_VERIFIED')).at(-1);
    expect(event?.payload).toMatchObject({
      user_id: userId,
      principal_id: verified.principalId,
      channel: 'EMAIL',
    });
    expect(JSON.stringify(event?.payload)).not.toContain(email);
  });

  it('takes a code once, however many bring it at once', async () => {
    const { email, userId, code } = await test.aPending();
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => codeOf(test.verifications.verify({ email }, code))),
    );
    expect(answers.filter((answer) => typeof answer === 'object')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'OTP_EXPIRED')).toHaveLength(3);
    expect(await codeOf(test.verifications.verify({ email }, code))).toBe('OTP_EXPIRED');
    const { rows } = await test.admin.query(
      'select count(*)::int as n from identity.access_grants g join identity.users u using (principal_id) where u.user_id = $1',
      [userId],
    );
    expect(rows[0].n).toBe(1);
  });

  it('compares five tries and no more, also when they come at once', async () => {
    const { email, userId, code } = await test.aPending();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        codeOf(test.verifications.verify({ email }, another(code, i + 1))),
      ),
    );
    expect(answers.filter((answer) => answer === 'INVALID_OTP')).toHaveLength(5);
    expect(answers.filter((answer) => answer === 'OTP_ATTEMPTS_EXCEEDED')).toHaveLength(15);
    expect((await test.newestToken(userId)).attempts).toBe(5);
    expect(await codeOf(test.verifications.verify({ email }, code))).toBe('OTP_ATTEMPTS_EXCEEDED');
  });

  it('compares no more tries at a code by its other identifier', async () => {
    const [email, phoneE164] = [anEmail(), aPhone()];
    const { userId } = await test.users.register({
      identifiers: { email, phoneE164 },
      passwordHash,
    });
    const code = await test.sentCode(userId, 'SMS');
    for (let i = 1; i <= 5; i += 1)
      expect(await codeOf(test.verifications.verify({ phoneE164 }, another(code, i)))).toBe(
        'INVALID_OTP',
      );
    const byMail = await test.sentCode(userId, 'EMAIL');
    expect(await codeOf(test.verifications.verify({ email }, byMail))).toBe('INVALID_OTP');
    // And another code is as good as any.
    expect(await test.users.requestVerification({ email })).toBe('EMAIL');
    const newer = await test.sentCode(userId, 'EMAIL');
    expect(await test.verifications.verify({ email }, newer)).toMatchObject({
      verifiedIdentifier: email,
    });
  });

  it('takes the right code at the fifth try', async () => {
    const { email, code } = await test.aPending();
    for (let i = 1; i < 5; i += 1)
      expect(await codeOf(test.verifications.verify({ email }, another(code, i)))).toBe(
        'INVALID_OTP',
      );
    expect(await test.verifications.verify({ email }, code)).toMatchObject({ status: 'ACTIVE' });
  });

  it('refuses a code that is too old', async () => {
    const { email, userId, code } = await test.aPending();
    await test.admin.query(
      "update identity.tokens set expires_at = now() - interval '1 second' where user_id = $1",
      [userId],
    );
    expect(await codeOf(test.verifications.verify({ email }, code))).toBe('OTP_EXPIRED');
  });

  it('refuses a code that a newer one replaced', async () => {
    const { email, userId, code } = await test.aPending();
    await test.users.requestVerification({ email });
    const newer = await test.sentCode(userId, 'EMAIL');
    expect(await codeOf(test.verifications.verify({ email }, code))).toBe('INVALID_OTP');
    expect(await test.verifications.verify({ email }, newer)).toMatchObject({ userId });
  });

  it('says the same of an unknown identifier as of a wrong code', async () => {
    expect(await codeOf(test.verifications.verify({ email: anEmail() }, '123456'))).toBe(
      'INVALID_OTP',
    );
  });

  it('proves the identifier that the code went to, when delivery fell back to the other one', async () => {
    const [email, phoneE164] = [anEmail(), aPhone()];
    const { userId } = await test.users.register({
      identifiers: { email, phoneE164 },
      passwordHash,
    });
    const byMail = await test.sentCode(userId, 'EMAIL');
    expect(byMail).not.toBe(await test.sentCode(userId, 'SMS'));
    expect(await test.verifications.verify({ phoneE164 }, byMail)).toMatchObject({
      verifiedIdentifier: email,
      isPasswordSet: true,
    });
    const { rows } = await test.admin.query(
      'select email_verified_at is not null as email, phone_verified_at is not null as phone from identity.users where user_id = $1',
      [userId],
    );
    expect(rows).toEqual([{ email: true, phone: false }]);
  });

  it('keeps the account when a second identifier is proved', async () => {
    const [email, phoneE164] = [anEmail(), aPhone()];
    const { userId } = await test.users.register({
      identifiers: { email, phoneE164 },
      passwordHash,
    });
    const first = await test.verifications.verify(
      { phoneE164 },
      await test.sentCode(userId, 'SMS'),
    );
    expect(await test.users.requestVerification({ email })).toBe('EMAIL');
    const code = await test.sentCode(userId, 'EMAIL');
    expect(await codeOf(test.verifications.verify({ email }, code))).toBe('INVALID_OTP');
    const second = await test.verifications.verify({ email }, code, { userId });
    expect(second).toEqual({ ...first, verifiedIdentifier: email });
  });
});

describe('the first administrator', () => {
  it('is made once, of any number of calls at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        codeOf(test.admins.bootstrap({ identifiers: { email: anEmail() }, passwordHash })),
      ),
    );
    expect(answers.filter((answer) => typeof answer === 'object')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'ALREADY_BOOTSTRAPPED')).toHaveLength(4);
    const { rows } = await test.admin.query(
      'select u.status, r.role from identity.platform_roles r join identity.users u using (principal_id)',
    );
    expect(rows).toEqual([{ status: 'ACTIVE', role: 'PLATFORM_ADMIN' }]);
    expect(
      await codeOf(test.admins.bootstrap({ identifiers: { email: anEmail() }, passwordHash })),
    ).toBe('ALREADY_BOOTSTRAPPED');
  });
});
