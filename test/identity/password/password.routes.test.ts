/** Tells of: password.records, password-reset.records, password-reset.store. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hash } from '@node-rs/argon2';
import { platformAccountId } from '../../../db/connection/database.js';
import { passwordResetStore } from '../../../db/identity/password/password-reset.store.js';
import { eventually } from '../../support/timing/eventually.js';
import { anEmail } from '../identity-fixture.js';
import { createIdentityApi, password, type IdentityApi, type Tokens } from '../identity-api.js';

let api: IdentityApi;
beforeAll(async () => {
  api = await createIdentityApi();
});
afterAll(() => api.drop());

const newPassword = 'another long one of mine';
const post = (path: string, body: object) => api.request.post(path).send(body);
const requestReset = (username: string) => post('/v1/auth/request-password-reset', { username });
const reset = (username: string, otp: string, secret = newPassword) =>
  post('/v1/auth/reset-password', { username, otp, new_password: secret });
const login = (username: string, secret: string) =>
  post('/v1/auth/login', { username, password: secret });
const change = ({ access_token: token }: Tokens, current: string, next: string) =>
  post('/v1/me/password', { current_password: current, new_password: next }).set(
    'Authorization',
    `Bearer ${token}`,
  );
const me = ({ access_token: token }: Tokens) =>
  api.request.get('/v1/me').set('Authorization', `Bearer ${token}`);

/** As the relay would, for each request that waits. */
async function answerRequests(): Promise<void> {
  const { rows } = await api.admin.query<{ request_id: string }>(
    'select request_id from identity.password_reset_requests',
  );
  for (const { request_id: requestId } of rows)
    await api.database.transaction({ accountId: platformAccountId }, (scope) =>
      passwordResetStore(scope).answer(requestId),
    );
}
const codesOf = async (userId: string) => {
  const { rows } = await api.admin.query(
    "select 1 from identity.tokens where user_id = $1 and purpose = 'RESET_PASSWORD'",
    [userId],
  );
  return rows.length;
};
async function codeFor(email: string, userId: string): Promise<string> {
  await requestReset(email).expect(200);
  await answerRequests();
  return api.sentCode(userId, 'EMAIL');
}
const notices = async (userId: string) =>
  (await api.events('SECURITY_NOTICE_REQUESTED'))
    .filter(({ subject_id: id }) => id === userId)
    .map(({ payload }) => payload['kind'])
    .filter((kind) => kind !== 'NEW_SIGN_IN');

describe('a forgotten password', () => {
  it('is replaced by a code, once, and every session ends', async () => {
    const { email, userId, ...tokens } = await api.signUp();
    const otp = await codeFor(email, userId);
    const answers = await Promise.all(Array.from({ length: 8 }, () => reset(email, otp)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    await login(email, password).expect(401);
    await login(email, newPassword).expect(200);
    await eventually(() => me(tokens).expect(401), 2_000);
    expect(await notices(userId)).toEqual(['PASSWORD_RESET']);
    const events = await api.events('PASSWORD_RESET');
    expect(events.filter(({ subject_id: id }) => id === userId)).toHaveLength(1);
  });

  it('is answered alike for nobody and for somebody, and nobody gets a code', async () => {
    const { email, userId } = await api.signUp();
    const [registered, unknown] = [await requestReset(email), await requestReset(anEmail())];
    expect(registered.body).toEqual({ otp_sent_via: 'EMAIL' });
    expect([unknown.status, unknown.body]).toEqual([registered.status, registered.body]);
    await answerRequests();
    expect(await codesOf(userId)).toBe(1);
    const { rows } = await api.admin.query('select 1 from identity.password_reset_requests');
    expect(rows).toEqual([]);
  });

  it('gets no second code in the wait, and none while locked', async () => {
    const { email, userId } = await api.signUp();
    for (let n = 0; n < 4; n += 1) await requestReset(email).expect(200);
    await answerRequests();
    expect(await codesOf(userId)).toBeLessThan(3);
    const locked = await api.signUp();
    await api.admin.query("update identity.users set status = 'LOCKED' where user_id = $1", [
      locked.userId,
    ]);
    await requestReset(locked.email).expect(200);
    await answerRequests();
    expect(await codesOf(locked.userId)).toBe(0);
  });

  it('counts wrong codes, and then takes not even the right one', async () => {
    const { email, userId } = await api.signUp();
    const otp = await codeFor(email, userId);
    const wrong = otp === '000000' ? '000001' : '000000';
    for (let n = 0; n < 5; n += 1) {
      const { body } = await reset(email, wrong).expect(422);
      expect(body.error_code).toBe('INVALID_OTP');
    }
    const { body } = await reset(email, otp).expect(429);
    expect(body.error_code).toBe('OTP_ATTEMPTS_EXCEEDED');
    await login(email, password).expect(200);
  });

  it('takes no code of another purpose, and no weak password', async () => {
    const email = anEmail();
    const { body } = await post('/v1/auth/register', { email, password }).expect(200);
    const otp = await api.sentCode(body.user_id, 'EMAIL');
    const refused = await reset(email, otp).expect(422);
    expect(refused.body.error_code).toBe('INVALID_OTP');
    const weak = await reset(email, otp, 'password123').expect(422);
    expect(weak.body.error_code).toBe('WEAK_PASSWORD');
  });
});

describe('POST /v1/me/password', () => {
  it('changes it with the old one, and ends the other sessions', async () => {
    const { email, userId, ...first } = await api.signUp();
    const { body: second } = await login(email, password).expect(200);
    await change(second as Tokens, 'not the old one', newPassword).expect(401);
    await change(second as Tokens, password, newPassword).expect(200);
    await me(second as Tokens).expect(200);
    await eventually(() => me(first).expect(401), 2_000);
    await login(email, newPassword).expect(200);
    expect(await notices(userId)).toEqual(['PASSWORD_CHANGED']);
  });

  it('takes one of two changes at once', async () => {
    const { email: _email, ...tokens } = await api.signUp();
    const answers = await Promise.all([
      change(tokens, password, newPassword),
      change(tokens, password, 'a third one that is long'),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });
});

it('raises an old hash at the next sign-in', async () => {
  const { email, userId } = await api.signUp();
  const old = await hash(password, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  await api.admin.query('update identity.users set password_hash = $2 where user_id = $1', [
    userId,
    old,
  ]);
  await login(email, password).expect(200);
  const { rows } = await api.admin.query<{ password_hash: string }>(
    'select password_hash from identity.users where user_id = $1',
    [userId],
  );
  expect(rows[0]?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  await login(email, password).expect(200);
});
