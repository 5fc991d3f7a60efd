/** Tells of: totp.records, mfa.views, mfa-try.records, mfa-proof.records, recovery-code.records. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createIdentityApi, password, type IdentityApi } from '../identity-api.js';
import { plainPasswords } from '../../support/people/plain-passwords.js';
import { authenticatorOf, wrongCodeFor } from '../../support/people/authenticator.js';

let api: IdentityApi;
beforeAll(async () => {
  api = await createIdentityApi({ passwords: plainPasswords });
});
afterAll(() => api.drop());

async function aPerson() {
  const { access_token: token, ...person } = await api.signUp();
  const send = (method: 'get' | 'post' | 'delete', path: string, body?: object) =>
    api.request[method](`/v1/me/mfa${path}`).auth(token, { type: 'bearer' }).send(body);
  return { ...person, token, send };
}
type Person = Awaited<ReturnType<typeof aPerson>>;

/** With the second factor on. */
async function aSecuredPerson() {
  const person = await aPerson();
  const { body: enrolled } = await person.send('post', '/totp', {}).expect(201);
  const code = authenticatorOf(enrolled.secret);
  const { body } = await person.send('post', '/totp/confirm', { code: code() }).expect(200);
  return { ...person, code, recoveryCodes: body.recovery_codes as string[] };
}

/** As if the codes of now had not been confirmed. */
const forgetSteps = ({ userId }: Person) =>
  api.admin.query('update identity.mfa_factors set last_step = 0 where user_id = $1', [userId]);
const changesOf = async ({ userId }: Person) =>
  (await api.events('MFA_CHANGED'))
    .filter(({ subject_id: id }) => id === userId)
    .map(({ payload }) => payload['change']);
const errorOf = (answer: { body: { error_code: string } }) => answer.body.error_code;

describe('POST /v1/me/mfa/totp', () => {
  it('makes a secret that counts from its first code on', async () => {
    const person = await aPerson();
    const off = { totp: { enabled: false, confirmed_at: null }, recovery_codes_left: 0 };
    expect((await person.send('get', '').expect(200)).body).toEqual(off);
    const { body, headers } = await person.send('post', '/totp', {}).expect(201);
    expect(headers['location']).toBe('/v1/me/mfa');
    expect(body.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(new URL(body.otpauth_uri).searchParams.get('secret')).toBe(body.secret);
    expect(decodeURIComponent(body.otpauth_uri)).toContain(person.email);
    expect(Date.parse(body.expires_at)).toBeGreaterThan(Date.now());
    expect((await person.send('get', '').expect(200)).body).toEqual(off);

    const { body: confirmed } = await person
      .send('post', '/totp/confirm', { code: authenticatorOf(body.secret)() })
      .expect(200);
    expect(new Set(confirmed.recovery_codes).size).toBe(10);
    expect((await person.send('get', '').expect(200)).body).toEqual({
      totp: { enabled: true, confirmed_at: expect.any(String) },
      recovery_codes_left: 10,
    });
    expect(await changesOf(person)).toEqual(['ENABLED']);
  });

  it('replaces an unconfirmed secret, and leaves a confirmed one', async () => {
    const person = await aPerson();
    const { body: first } = await person.send('post', '/totp', {}).expect(201);
    const { body: second } = await person.send('post', '/totp', {}).expect(201);
    const old = { code: authenticatorOf(first.secret)() };
    expect(errorOf(await person.send('post', '/totp/confirm', old).expect(401))).toBe(
      'INVALID_MFA_CODE',
    );
    const code = { code: authenticatorOf(second.secret)() };
    await person.send('post', '/totp/confirm', code).expect(200);
    for (const [path, body] of [
      ['/totp', {}],
      ['/totp/confirm', code],
    ] as const)
      expect(errorOf(await person.send('post', path, body).expect(409))).toBe(
        'MFA_ALREADY_ENABLED',
      );
  });

  it('forgets a secret that is not confirmed in time, and knows none without one', async () => {
    const person = await aPerson();
    await person.send('post', '/totp/confirm', { code: '123456' }).expect(404);
    const { body } = await person.send('post', '/totp', {}).expect(201);
    await api.admin.query(
      `update identity.mfa_factors set expires_at = now() - interval '1 s' where user_id = $1`,
      [person.userId],
    );
    const code = { code: authenticatorOf(body.secret)() };
    await person.send('post', '/totp/confirm', code).expect(404);
  });

  it('confirms once, also at the same moment', async () => {
    const person = await aPerson();
    const { body } = await person.send('post', '/totp', {}).expect(201);
    const code = { code: authenticatorOf(body.secret)() };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => person.send('post', '/totp/confirm', code)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect(await changesOf(person)).toEqual(['ENABLED']);
  });

  it('is for a person signed in, who sends what it takes', async () => {
    await api.request.get('/v1/me/mfa').expect(401);
    const person = await aPerson();
    await person.send('post', '/totp', { secret: 'mine' }).expect(422);
    for (const code of ['12345', '1234567', '12a456', '１２３４５６', 123456, null])
      await person.send('post', '/totp/confirm', { code }).expect(422);
  });
});

describe('DELETE /v1/me/mfa/totp', () => {
  it('wants the password and a code, once', async () => {
    const person = await aSecuredPerson();
    await forgetSteps(person);
    const off = (body: object) => person.send('delete', '/totp', body);
    const code = person.code();
    expect(errorOf(await off({ password: 'wrong password', code }).expect(401))).toBe(
      'INVALID_CREDENTIALS',
    );
    expect(errorOf(await off({ password, code: wrongCodeFor(person.code) }).expect(401))).toBe(
      'INVALID_MFA_CODE',
    );
    await off({ password }).expect(422);
    await off({ password, code, recovery_code: person.recoveryCodes[0] }).expect(422);
    await off({ password, code }).expect(204);
    await off({ password, code }).expect(404);
    expect(await changesOf(person)).toEqual(['ENABLED', 'DISABLED']);
    const { body } = await person.send('get', '').expect(200);
    expect(body).toEqual({ totp: { enabled: false, confirmed_at: null }, recovery_codes_left: 0 });
  });

  it('takes a recovery code in place of the authenticator', async () => {
    const person = await aSecuredPerson();
    const [code] = person.recoveryCodes;
    await person.send('delete', '/totp', { password, recovery_code: code }).expect(204);
  });
});

describe('POST /v1/me/mfa/recovery-codes', () => {
  it('makes ten in place of the earlier ones', async () => {
    const person = await aSecuredPerson();
    await forgetSteps(person);
    const { body } = await person.send('post', '/recovery-codes', { code: person.code() });
    expect(body.recovery_codes).toHaveLength(10);
    expect(await changesOf(person)).toEqual(['ENABLED', 'RECOVERY_CODES_RENEWED']);
    const off = (code: string | undefined) =>
      person.send('delete', '/totp', { password, recovery_code: code });
    await off(person.recoveryCodes[0]).expect(401);
    await off(body.recovery_codes[0].toLowerCase().replace('-', ' ')).expect(204);
  });

  it('takes a time step once, and none before it', async () => {
    const person = await aSecuredPerson();
    const renew = (code: string) => person.send('post', '/recovery-codes', { code });
    // Shown at the confirmation.
    const { rows } = await api.admin.query(
      'select last_step::int as step from identity.mfa_factors where user_id = $1',
      [person.userId],
    );
    const skew = Number(rows[0].step) - Math.floor(Date.now() / 30_000);
    expect(errorOf(await renew(person.code(skew)).expect(401))).toBe('INVALID_MFA_CODE');
    await renew(person.code(skew - 1)).expect(401);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => renew(person.code(skew + 1))),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await changesOf(person)).toEqual(['ENABLED', 'RECOVERY_CODES_RENEWED']);
  });

  it('is not there without a second factor', async () => {
    const person = await aPerson();
    await person.send('post', '/recovery-codes', { code: '123456' }).expect(404);
  });
});

describe('ten wrong tries in a quarter of an hour', () => {
  it('make the person wait, with the right code too, whoever shows it where', async () => {
    const person = await aSecuredPerson();
    const wrong = { code: wrongCodeFor(person.code) };
    const tries = await Promise.all(
      Array.from({ length: 14 }, () => person.send('post', '/recovery-codes', wrong)),
    );
    const statuses = tries.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(10).fill(401), ...Array(4).fill(429)]);
    await forgetSteps(person);
    const refused = await person.send('post', '/recovery-codes', { code: person.code() });
    expect(refused.status).toBe(429);
    expect(errorOf(refused)).toBe('RATE_LIMITED');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    const off = { password, recovery_code: person.recoveryCodes[0] };
    await person.send('delete', '/totp', off).expect(429);

    await api.admin.query(
      `update identity.mfa_tries set tried_at = array(select each - interval '15 min' from unnest(tried_at) each)
       where user_id = $1`,
      [person.userId],
    );
    await person.send('post', '/recovery-codes', { code: person.code() }).expect(200);
  });

  it('are not made of right ones', async () => {
    const person = await aSecuredPerson();
    for (let each = 0; each < 12; each += 1) {
      await forgetSteps(person);
      await person.send('post', '/recovery-codes', { code: person.code() }).expect(200);
    }
  });
});

describe('secrets of the second factor', () => {
  it('are in no event, entry or column in the clear', async () => {
    const person = await aPerson();
    const { body } = await person.send('post', '/totp', {}).expect(201);
    const code = authenticatorOf(body.secret);
    const { body: confirmed } = await person.send('post', '/totp/confirm', { code: code() });
    const { rows } = await api.admin.query(`
      select row_to_json(e)::text as row from platform.events e union all
      select row_to_json(a)::text from platform.audit_log a union all
      select row_to_json(f)::text from identity.mfa_factors f union all
      select row_to_json(r)::text from identity.recovery_codes r union all
      select row_to_json(k)::text from platform.idempotency_keys k`);
    const stored = rows.map(({ row }) => row).join('\n');
    for (const secret of [body.secret, ...confirmed.recovery_codes])
      expect(stored).not.toContain(secret);
  });
});
