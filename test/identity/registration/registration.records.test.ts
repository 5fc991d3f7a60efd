/** Tells of: registration.store, activation.records, code-request.records. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { integer } from '../../../db/connection/column.js';
import { platformAccountId } from '../../../db/connection/database.js';
import { codeChannelRecords } from '../../../db/identity/code/code-channel.records.js';
import { registrationStore } from '../../../db/identity/registration/registration.store.js';
import { textQuery } from '../../support/servers/text-query.js';
import type { Identifiers } from '../../../workflows/identity/user.contract.js';
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

const register = (identifiers: Identifiers, hash = passwordHash) =>
  test.users.register({ identifiers, passwordHash: hash });

describe('registering', () => {
  it('makes one pending user, and asks for a code by phone before mail', async () => {
    const user = await register({ email: anEmail(), phoneE164: aPhone() });
    expect(user).toEqual({
      userId: expect.any(String),
      status: 'PENDING_VERIFICATION',
      sentVia: 'SMS',
      registrationToken: expect.stringMatching(/^[\w-]{43}$/),
      retryAfterSeconds: null,
    });
    const requested = (await test.events('OTP_DELIVERY_REQUESTED')).at(-1);
    expect(requested?.payload).toMatchObject({ user_id: user.userId, channels: ['SMS', 'EMAIL'] });
  });

  it('names the first way that a provider is there for, and none where there is none', async () => {
    const channels = codeChannelRecords(test.database.statements({ accountId: platformAccountId }));
    try {
      await channels.note(['EMAIL']);
      expect(await register({ email: anEmail(), phoneE164: aPhone() })).toMatchObject({
        sentVia: 'EMAIL',
      });
      expect(await register({ phoneE164: aPhone() })).toMatchObject({ sentVia: null });
      await channels.note([]);
      expect(await register({ email: anEmail() })).toMatchObject({ sentVia: null });
    } finally {
      await channels.note(['SMS', 'EMAIL']);
    }
    expect(await register({ phoneE164: aPhone() })).toMatchObject({ sentVia: 'SMS' });
  });

  it('of a pending identifier is another attempt of the same user, and revokes the code before', async () => {
    const email = anEmail();
    const first = await register({ email }, 'first');
    const firstToken = await test.newestToken(first.userId);
    const second = await register({ email }, 'second');
    expect(second.userId).toBe(first.userId);
    expect(second.registrationToken).not.toBe(first.registrationToken);
    const { rows } = await test.admin.query(
      'select password_hash from identity.registrations where email = $1 order by registration_id',
      [email],
    );
    expect(rows).toEqual([{ password_hash: 'first' }, { password_hash: 'second' }]);
    const closed = (await test.events('OTP_CLOSED')).find(
      ({ subject_id: id }) => id === firstToken.token_id,
    );
    expect(closed?.payload).toEqual({ token_id: firstToken.token_id, reason: 'REVOKED' });
  });

  it('keeps five attempts on an identifier, the newest ones', async () => {
    const email = anEmail();
    for (let i = 1; i <= 7; i += 1) await register({ email }, String(i));
    const { rows } = await test.admin.query<{ password_hash: string }>(
      'select password_hash from identity.registrations where email = $1',
      [email],
    );
    expect(rows.map((row) => row.password_hash).sort()).toEqual(['3', '4', '5', '6', '7']);
  });

  it('makes one user, two codes and five attempts of thirty at once', async () => {
    const identifiers = { email: anEmail(), phoneE164: aPhone() };
    const users = await Promise.all(
      Array.from({ length: 30 }, (_, i) => register(identifiers, String(i))),
    );
    expect(new Set(users.map(({ userId }) => userId)).size).toBe(1);
    expect(users.filter(({ retryAfterSeconds }) => retryAfterSeconds === null)).toHaveLength(2);
    const { rows } = await test.admin.query(
      `select (select count(*)::int from identity.registrations where email = $1) as attempts,
         (select count(*)::int from identity.tokens where user_id = $2) as sent,
         (select count(*)::int from identity.tokens where user_id = $2 and revoked_at is null) as open`,
      [identifiers.email, users[0]?.userId],
    );
    expect(rows).toEqual([{ attempts: 5, sent: 2, open: 1 }]);
  });

  it('is refused for an identifier that somebody has proved', async () => {
    const { email, userId } = await test.aProved();
    expect(await codeOf(register({ email }))).toBe('ACCOUNT_ALREADY_EXISTS');
    for (const [status, code] of [
      ['LOCKED', 'ACCOUNT_LOCKED'],
      ['DISABLED', 'ACCOUNT_DISABLED'],
    ]) {
      await test.admin.query('update identity.users set status = $2 where user_id = $1', [
        userId,
        status,
      ]);
      expect(await codeOf(register({ email }))).toBe(code);
    }
  });

  it('goes on under another user when somebody proves another identifier of the same one', async () => {
    const [email, phoneE164] = [anEmail(), aPhone()];
    const both = await register({ email, phoneE164 }, 'both');
    const byMail = await register({ email }, 'mail');
    expect(byMail.userId).toBe(both.userId);
    const squatter = await test.verifications.verify(
      { phoneE164 },
      await test.codeTo('SMS', phoneE164),
    );
    expect(squatter).toMatchObject({ userId: both.userId, isPasswordSet: true });
    const owner = await test.verifications.verify({ email }, await test.codeTo('EMAIL', email), {
      token: byMail.registrationToken,
    });
    expect(owner.userId).not.toBe(squatter.userId);
    const { rows } = await test.admin.query(
      'select user_id, password_hash, email_verified_at is not null as proved from identity.users where email = $1 order by proved',
      [email],
    );
    expect(rows).toEqual([
      { user_id: squatter.userId, password_hash: 'both', proved: false },
      { user_id: owner.userId, password_hash: 'mail', proved: true },
    ]);
    const left = await test.admin.query(
      'select 1 from identity.registrations where email = $1 or phone_e164 = $2',
      [email, phoneE164],
    );
    expect(left.rowCount).toBe(0);
  });

  it('waits for a proof of the same identifier, whichever comes first', async () => {
    for (let round = 0; round < 5; round += 1) {
      const email = anEmail();
      const { registrationToken: token } = await register({ email }, 'first');
      const code = await test.codeTo('EMAIL', email);
      const answers = await Promise.all([
        codeOf(test.verifications.verify({ email }, code, { token })),
        ...Array.from({ length: 4 }, (_, i) => codeOf(register({ email }, String(i)))),
      ]);
      const { rows } = await test.admin.query(
        `select u.password_hash, (select count(*)::int from identity.registrations r where r.email = $1) as attempts
         from identity.users u where u.email = $1 and u.email_verified_at is not null`,
        [email],
      );
      // A resend may have revoked the code first; else the code's owner wins, and nobody is left
      // behind.
      if (answers[0] === 'OTP_EXPIRED' || answers[0] === 'INVALID_OTP') expect(rows).toEqual([]);
      else expect(rows).toEqual([{ password_hash: 'first', attempts: 0 }]);
    }
  });
});

describe('asking for another code', () => {
  const openCodes = async (identifier: string) =>
    (
      await test.admin.query(
        `select 1 from identity.token_channels c join identity.tokens t using (token_id)
         where c.identifier = $1 and t.used_at is null and t.revoked_at is null`,
        [identifier],
      )
    ).rowCount;

  it('sends nothing to an identifier that is unknown or proved, and says the same', async () => {
    const { email } = await test.aProved();
    for (const each of [anEmail(), email]) {
      expect(await test.users.requestVerification({ email: each })).toBe('EMAIL');
      expect(await test.users.requestVerification({ email: each })).toBeNull();
      expect(await openCodes(each)).toBe(0);
    }
  });

  it('begins with the channel of the identifier that is named', async () => {
    const [email, phoneE164] = [anEmail(), aPhone()];
    await register({ email, phoneE164 });
    expect(await test.users.requestVerification({ email })).toBe('EMAIL');
    expect((await test.events('OTP_DELIVERY_REQUESTED')).at(-1)?.payload['channels']).toEqual([
      'EMAIL',
      'SMS',
    ]);
  });

  it('has to be waited for, longer each time, and the code out there stays good', async () => {
    const { email, userId } = await test.aPending();
    expect(await test.users.requestVerification({ email })).toBe('EMAIL');
    const { token_id: tokenId } = await test.newestToken(userId);
    expect(await test.users.requestVerification({ email })).toBeNull();
    expect(await test.newestToken(userId)).toMatchObject({ token_id: tokenId, revoked_at: null });
    const later = (seconds: number) =>
      test.admin.query(
        'update identity.code_standings set asked_at = asked_at - make_interval(secs => $1)',
        [seconds],
      );
    await later(31);
    expect(await test.users.requestVerification({ email })).toBe('EMAIL');
    await later(31);
    expect(await test.users.requestVerification({ email })).toBeNull();
    await later(31);
    expect(await test.users.requestVerification({ email })).toBe('EMAIL');
  });

  it('ends at the limit of codes an hour, and is answered as before', async () => {
    const email = anEmail();
    const { userId } = await register({ email });
    for (let i = 0; i < 12; i += 1) {
      await test.admin.query(
        `update identity.code_standings set asked_at = asked_at - interval '20 minutes'`,
      );
      expect(await test.users.requestVerification({ email })).toBe('EMAIL');
    }
    const { rowCount } = await test.admin.query(
      'select 1 from identity.tokens where user_id = $1',
      [userId],
    );
    expect(rowCount).toBe(10);
  });

  it('does not fill the mailbox that many numbers fall back to', async () => {
    const email = anEmail();
    for (let i = 0; i < 12; i += 1) await register({ email, phoneE164: aPhone() }, String(i));
    expect(
      await test.admin.query('select 1 from identity.token_channels where identifier = $1', [
        email,
      ]),
    ).toHaveProperty('rowCount', 10);
  });
});

describe('what has ended', () => {
  it('is forgotten, but for users and what still counts', async () => {
    const [gone, fresh] = [anEmail(), anEmail()];
    const [one, two] = [await register({ email: gone }), await register({ email: fresh })];
    const { userId } = await test.admins.addUser({
      identifiers: { email: anEmail() },
      passwordHash,
    });
    for (const table of [
      'users set updated_at',
      'tokens set created_at',
      'registrations set expires_at',
    ])
      await test.admin.query(
        `update identity.${table} = now() - interval '2 hours' where user_id = any ($1)`,
        [[one.userId, userId]],
      );
    const store = registrationStore(test.database.statements({ accountId: platformAccountId }));
    for (let done = await store.purge(); done > 0;) done = await store.purge();
    const { rows } = await test.admin.query<{ user_id: string }>(
      'select user_id from identity.users where user_id = any ($1)',
      [[one.userId, two.userId, userId]],
    );
    expect(rows.map((row) => row.user_id).sort()).toEqual([two.userId, userId].sort());
  });
});

describe('what the database keeps', () => {
  it('is hidden from statements that run for an account', async () => {
    const { principalId } = await test.aProved();
    const [granted] = (await test.events('ORG_MEMBERSHIP_CHANGED')).slice(-1);
    const accountId = String(granted?.account_id);
    const seen = await test.database.transaction({ accountId }, async (scope) => {
      const count = async (table: string) => {
        const counting = textQuery(`select count(*)::int as n from ${table}`, { n: integer });
        return (await scope.read(counting, {}))[0]?.n;
      };
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
    const own = await test.database
      .reads({ principalId })
      .read(textQuery('select account_id from identity.accounts'), {});
    expect(own).toEqual([{ account_id: accountId }]);
  });

  it('never holds a code in the clear', async () => {
    const { userId, code } = await test.aPending();
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
