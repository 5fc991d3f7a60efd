/** Tells of: session.routes, session.records, mfa-challenge.records. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { PasswordHasher } from '../../../api/authentication/password-hasher.js';
import { createIdentityApi, password, type IdentityApi } from '../identity-api.js';
import { callsOf, type Person } from '../member/company-fixture.js';
import { authenticatorOf } from '../../support/people/authenticator.js';
import { plainPasswords } from '../../support/people/plain-passwords.js';

let api: IdentityApi;
/** Runs once, between the comparison of a password and what follows. */
let meanwhile: (() => Promise<unknown>) | undefined;
/** Whether hashes are of an earlier cost; a raised hash is another each time, as by a salt. */
let isRaising = false;
let raisedCount = 0;
const interrupted: PasswordHasher = {
  async hash(secret) {
    const plain = await plainPasswords.hash(secret);
    return isRaising ? `${plain} raised ${(raisedCount += 1)}` : plain;
  },
  async verify(secret, stored, place) {
    const isRight = await plainPasswords.verify(secret, stored?.replace(/ raised \d+$/, ''), place);
    const work = meanwhile;
    meanwhile = undefined;
    await work?.();
    return isRight;
  },
  isOutdated: (stored) => isRaising && !stored.includes(' raised '),
};
beforeAll(async () => {
  api = await createIdentityApi({ passwords: interrupted });
});
beforeEach(() => {
  meanwhile = undefined;
});
afterAll(() => api.drop());

const newPassword = 'another horse battery';
const signIn = ({ email }: Person, secret = password) =>
  api.request.post('/v1/auth/login').send({ username: email, password: secret });
const changePassword = (person: Person) =>
  callsOf(api, person)
    .post('/v1/me/password', { current_password: password, new_password: newPassword })
    .expect(200);
const openSessions = async ({ userId }: Person): Promise<number> => {
  const { rows } = await api.admin.query(
    'select count(*)::int as n from identity.user_sessions where user_id = $1 and revoked_at is null',
    [userId],
  );
  return rows[0].n;
};
async function secure(person: Person): Promise<() => string> {
  const calls = callsOf(api, person);
  const { body } = await calls.post('/v1/me/mfa/totp').expect(201);
  const code = authenticatorOf(body.secret);
  await calls.post('/v1/me/mfa/totp/confirm', { code: code() }).expect(200);
  await api.admin.query('update identity.mfa_factors set last_step = 0 where user_id = $1', [
    person.userId,
  ]);
  return code;
}

describe('a sign-in by a password that is changed meanwhile', () => {
  it('opens no session', async () => {
    const person = await api.signUp();
    meanwhile = () => changePassword(person);
    expect((await signIn(person).expect(401)).body.error_code).toBe('INVALID_CREDENTIALS');
    expect(await openSessions(person)).toBe(1);
    await signIn(person, newPassword).expect(200);
  });

  it('comes to no second factor', async () => {
    const person = await api.signUp();
    await secure(person);
    meanwhile = () => changePassword(person);
    expect((await signIn(person).expect(401)).body.error_code).toBe('INVALID_CREDENTIALS');
  });

  it('ends with the second factor still to come', async () => {
    const person = await api.signUp();
    const code = await secure(person);
    const { body } = await signIn(person).expect(401);
    await changePassword(person);
    const proof = { mfa_token: body.details.mfa_token, code: code() };
    const refused = await api.request.post('/v1/auth/mfa').send(proof).expect(401);
    expect(refused.body.error_code).toBe('INVALID_MFA_TOKEN');
  });

  it('goes on where only the hash was raised by another sign-in', async () => {
    const person = await api.signUp();
    isRaising = true;
    const answers = await Promise.all(Array.from({ length: 5 }, () => signIn(person)));
    isRaising = false;
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(raisedCount).toBeGreaterThan(1);
  });
});
