/** Tells of: mfa-challenge.records. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createIdentityApi, password, type IdentityApi } from '../identity-api.js';
import { plainPasswords } from '../../support/people/plain-passwords.js';
import { authenticatorOf, wrongCodeFor } from '../../support/people/authenticator.js';

let api: IdentityApi;
beforeAll(async () => {
  api = await createIdentityApi({ passwords: plainPasswords });
});
afterAll(() => api.drop());

const post = (path: string, body: object) => api.request.post(path).send(body);
const login = (email: string) => post('/v1/auth/login', { username: email, password });
const proceed = (mfaToken: string, factor: object) =>
  post('/v1/auth/mfa', { mfa_token: mfaToken, ...factor });

/** Somebody with the second factor on, whose last time step is forgotten. */
async function aSecuredPerson() {
  const { access_token: token, email, userId } = await api.signUp();
  const send = (path: string, body: object) =>
    api.request.post(`/v1/me/mfa${path}`).auth(token, { type: 'bearer' }).send(body);
  const { body: enrolled } = await send('/totp', {}).expect(201);
  const code = authenticatorOf(enrolled.secret);
  const { body } = await send('/totp/confirm', { code: code() }).expect(200);
  await api.admin.query('update identity.mfa_factors set last_step = 0 where user_id = $1', [
    userId,
  ]);
  return { email, userId, code, recoveryCodes: body.recovery_codes as string[] };
}
async function mfaTokenOf(email: string): Promise<string> {
  const { body } = await login(email).expect(401);
  expect(body).toMatchObject({
    error_code: 'MFA_REQUIRED',
    details: { methods: ['totp', 'recovery_code'], expires_in_seconds: 300 },
  });
  return body.details.mfa_token as string;
}
const statusesOf = (answers: readonly { status: number }[]) =>
  answers.map(({ status }) => status).sort();

describe('POST /v1/auth/mfa', () => {
  it('signs in by a code, and a time step serves once, also at the same moment', async () => {
    const { email, code } = await aSecuredPerson();
    const factor = { code: code() };
    const tokens = await Promise.all(Array.from({ length: 5 }, () => mfaTokenOf(email)));
    const answers = await Promise.all(tokens.map((token) => proceed(token, factor)));
    expect(statusesOf(answers)).toEqual([200, 401, 401, 401, 401]);
    const { body } = answers.find(({ status }) => status === 200) ?? {};
    await api.request.get('/v1/me').auth(body.access_token, { type: 'bearer' }).expect(200);
  });

  it('signs in by a recovery code, once, also at the same moment', async () => {
    const { email, recoveryCodes } = await aSecuredPerson();
    const factor = { recovery_code: recoveryCodes[3] };
    const tokens = await Promise.all(Array.from({ length: 5 }, () => mfaTokenOf(email)));
    const answers = await Promise.all(tokens.map((token) => proceed(token, factor)));
    expect(statusesOf(answers)).toEqual([200, 401, 401, 401, 401]);
  });

  it('opens one session with one token, and ends it after five wrong codes', async () => {
    const { email, code, recoveryCodes } = await aSecuredPerson();
    const token = await mfaTokenOf(email);
    const first = { recovery_code: recoveryCodes[0] };
    await proceed(token, first).expect(200);
    const again = await proceed(token, { recovery_code: recoveryCodes[1] }).expect(401);
    expect(again.body.error_code).toBe('INVALID_MFA_TOKEN');

    const next = await mfaTokenOf(email);
    for (let n = 0; n < 5; n += 1) {
      const { body } = await proceed(next, { code: wrongCodeFor(code) }).expect(401);
      expect(body.error_code).toBe('INVALID_MFA_CODE');
    }
    const late = await proceed(next, { code: code() }).expect(401);
    expect(late.body.error_code).toBe('INVALID_MFA_TOKEN');
  });

  it('is refused for ten wrong codes of a person, whatever the tokens', async () => {
    const { email, code } = await aSecuredPerson();
    for (let n = 0; n < 10; n += 1)
      await proceed(await mfaTokenOf(email), { code: wrongCodeFor(code) }).expect(401);
    const { body } = await proceed(await mfaTokenOf(email), { code: code() }).expect(429);
    expect(body.error_code).toBe('RATE_LIMITED');
  });

  it('knows nothing of a token that is over, or never was', async () => {
    const { email, userId, code } = await aSecuredPerson();
    const token = await mfaTokenOf(email);
    await api.admin.query(
      'update identity.mfa_challenges set expires_at = now() where user_id = $1',
      [userId],
    );
    for (const wrong of [token, 'never-given']) {
      const { body } = await proceed(wrong, { code: code() }).expect(401);
      expect(body.error_code).toBe('INVALID_MFA_TOKEN');
    }
  });
});
