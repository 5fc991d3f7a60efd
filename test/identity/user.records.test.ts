import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asFailure } from '../../workflows/shared/failure.js';
import {
  aPhone,
  anEmail,
  codeOf,
  createIdentityFixture,
  leftOf,
  passwordHash,
  type IdentityFixture,
} from './identity-fixture.js';

let test: IdentityFixture;
beforeAll(async () => {
  test = await createIdentityFixture();
});
afterAll(() => test.drop());

const waitOutCooldown = (userId: string) =>
  test.admin.query("update identity.tokens set created_at = created_at - interval '20 minutes' where user_id = $1", [
    userId,
  ]);

describe('registering', () => {
  it('makes one pending user, and asks for a code by phone before mail', async () => {
    const identifiers = { email: anEmail(), phoneE164: aPhone() };
    const user = await test.users.register({ identifiers, passwordHash });
    expect(user).toEqual({ userId: expect.any(String), status: 'PENDING_VERIFICATION', sentVia: 'SMS' });
    const requested = (await test.events('OTP_DELIVERY_REQUESTED')).at(-1);
    expect(requested?.payload).toMatchObject({ user_id: user.userId, channels: ['SMS', 'EMAIL'] });
  });

  it('takes a pending user up again, with the newest password, and revokes the code before', async () => {
    const identifiers = { email: anEmail() };
    const first = await test.users.register({ identifiers, passwordHash: 'first' });
    const firstToken = await test.newestToken(first.userId);
    const second = await test.users.register({
      identifiers: { email: identifiers.email.toUpperCase() },
      passwordHash: 'second',
    });
    expect(second.userId).toBe(first.userId);
    const { rows } = await test.admin.query('select password_hash from identity.users where user_id = $1', [
      first.userId,
    ]);
    expect(rows[0].password_hash).toBe('second');
    const secondToken = await test.newestToken(first.userId);
    expect(secondToken.token_id).not.toBe(firstToken.token_id);
    const closed = (await test.events('OTP_CLOSED')).find(({ subject_id: id }) => id === firstToken.token_id);
    expect(closed?.payload).toEqual({ token_id: firstToken.token_id, reason: 'REVOKED' });
  });

  it('makes one user and one open code of registrations at once', async () => {
    const identifiers = { email: anEmail(), phoneE164: aPhone() };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => codeOf(test.users.register({ identifiers, passwordHash }))),
    );
    const users = answers.filter((answer) => typeof answer === 'object') as { userId: string }[];
    expect(users).toHaveLength(2);
    expect(new Set(users.map(({ userId }) => userId)).size).toBe(1);
    expect(answers.filter((answer) => answer === 'OTP_RESEND_COOLDOWN')).toHaveLength(4);
    const { rows } = await test.admin.query(
      'select count(*)::int as open from identity.tokens t join identity.users u using (user_id) where u.email = $1 and t.revoked_at is null',
      [identifiers.email],
    );
    expect(rows[0].open).toBe(1);
  });

  it('refuses an identifier that somebody has proved', async () => {
    const email = anEmail();
    const { userId } = await test.users.register({ identifiers: { email }, passwordHash });
    await test.verifications.verify({ email }, await test.sentCode(userId, 'EMAIL'));
    expect(await codeOf(test.users.register({ identifiers: { email }, passwordHash }))).toBe('ACCOUNT_ALREADY_EXISTS');
    for (const [status, code] of [
      ['LOCKED', 'ACCOUNT_LOCKED'],
      ['DISABLED', 'ACCOUNT_DISABLED'],
    ]) {
      await test.admin.query('update identity.users set status = $2 where user_id = $1', [userId, status]);
      expect(await codeOf(test.users.register({ identifiers: { email }, passwordHash }))).toBe(code);
    }
  });

  it('gives an address to its owner that another user typed and never proved', async () => {
    const [email, phoneE164] = [anEmail(), aPhone()];
    const squatter = await test.users.register({ identifiers: { email, phoneE164 }, passwordHash });
    await test.verifications.verify({ phoneE164 }, await test.sentCode(squatter.userId, 'SMS'));
    const owner = await test.users.register({ identifiers: { email }, passwordHash });
    expect(owner.userId).not.toBe(squatter.userId);
    const { rows } = await test.admin.query('select email, phone_e164 from identity.users where user_id = $1', [
      squatter.userId,
    ]);
    expect(rows).toEqual([{ email: null, phone_e164: phoneE164 }]);
  });

  it('joins two pending users whose identifiers turn out to be of one person', async () => {
    const [email, phoneE164] = [anEmail(), aPhone()];
    const byPhone = await test.users.register({ identifiers: { phoneE164 }, passwordHash });
    const byMail = await test.users.register({ identifiers: { email }, passwordHash });
    const both = await test.users.register({ identifiers: { email, phoneE164 }, passwordHash });
    expect(both.userId).toBe(byPhone.userId);
    const { rows } = await test.admin.query('select user_id from identity.users where user_id = $1', [byMail.userId]);
    expect(rows).toEqual([]);
  });
});

describe('asking for another code', () => {
  it('answers nothing of an identifier that is unknown or proved', async () => {
    expect(await test.users.requestVerification({ email: anEmail() })).toBeNull();
    const email = anEmail();
    const { userId } = await test.users.register({ identifiers: { email }, passwordHash });
    await test.verifications.verify({ email }, await test.sentCode(userId, 'EMAIL'));
    expect(await test.users.requestVerification({ email })).toBeNull();
  });

  it('begins with the channel of the identifier that is named', async () => {
    const [email, phoneE164] = [anEmail(), aPhone()];
    await test.users.register({ identifiers: { email, phoneE164 }, passwordHash });
    expect(await test.users.requestVerification({ email })).toBe('EMAIL');
    expect((await test.events('OTP_DELIVERY_REQUESTED')).at(-1)?.payload['channels']).toEqual(['EMAIL', 'SMS']);
  });

  it('has to be waited for, longer each time', async () => {
    const email = anEmail();
    const { userId } = await test.users.register({ identifiers: { email }, passwordHash });
    for (const seconds of [30, 60]) {
      const startedAt = Date.now();
      await test.users.requestVerification({ email });
      const refusal = asFailure(await test.users.requestVerification({ email }).catch((error: unknown) => error));
      expect(refusal?.code).toBe('OTP_RESEND_COOLDOWN');
      expect(leftOf(seconds, startedAt)).toContain(refusal?.details['retry_after_seconds']);
      await waitOutCooldown(userId);
    }
  });
});

describe('what the database keeps', () => {
  it('is hidden from statements that run for an account', async () => {
    const email = anEmail();
    const { userId } = await test.users.register({ identifiers: { email }, passwordHash });
    const { principalId } = await test.verifications.verify({ email }, await test.sentCode(userId, 'EMAIL'));
    const [granted] = (await test.events('ORG_MEMBERSHIP_CHANGED')).slice(-1);
    const accountId = String(granted?.account_id);
    const seen = await test.database.inAccount(accountId, async (trx) => {
      const count = async (table: string) =>
        (await trx.raw(`select count(*)::int as n from ${table}`)).rows[0].n as number;
      return {
        users: await count('identity.users'),
        tokens: await count('identity.tokens'),
        sessions: await count('identity.user_sessions'),
        keys: await count('identity.signing_keys'),
        accounts: await count('identity.accounts'),
        grants: await count('identity.access_grants'),
      };
    });
    expect(seen).toEqual({ users: 0, tokens: 0, sessions: 0, keys: 0, accounts: 1, grants: 1 });
    const own = await test.database.inPrincipal(principalId, (trx) =>
      trx.raw('select account_id from identity.accounts'),
    );
    expect(own.rows).toEqual([{ account_id: accountId }]);
  });

  it('never holds a code in the clear', async () => {
    const email = anEmail();
    const { userId } = await test.users.register({ identifiers: { email }, passwordHash });
    const code = await test.sentCode(userId, 'EMAIL');
    const { rows } = await test.admin.query(
      "select (select string_agg(t::text, '') from identity.tokens t where user_id = $1) || (select string_agg(c::text, '') from identity.token_channels c join identity.tokens using (token_id) where user_id = $1) as stored",
      [userId],
    );
    const { rows: hash } = await test.admin.query(
      'select c.code_hash from identity.token_channels c join identity.tokens using (token_id) where user_id = $1',
      [userId],
    );
    expect(hash[0].code_hash).toHaveLength(32);
    expect(rows[0].stored).not.toContain(Buffer.from(code).toString('hex'));
  });
});
