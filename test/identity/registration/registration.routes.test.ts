import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPhone, anEmail, leftOf } from '../identity-fixture.js';
import { createIdentityApi, password, type IdentityApi } from '../identity-api.js';

let api: IdentityApi;
beforeAll(async () => {
  api = await createIdentityApi();
});
afterAll(() => api.drop());

const register = (body: object) => api.request.post('/v1/auth/register').send(body);
const verify = (body: object) => api.request.post('/v1/auth/verify-identifier').send(body);
const resend = (body: object) =>
  api.request.post('/v1/auth/request-identifier-verification').send(body);
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('POST /v1/auth/register', () => {
  it('answers with the user and the channel that is queued first', async () => {
    const phone_e164 = aPhone();
    const { body } = await register({
      email: anEmail(),
      phone_e164,
      password,
      preferred_language: 'pt-AO',
    }).expect(200);
    expect(body).toEqual({
      user_id: expect.any(String),
      status: 'PENDING_VERIFICATION',
      otp_sent_via: 'SMS',
      registration_token: expect.any(String),
      retry_after_seconds: null,
    });
    const startedAt = Date.now();
    const { body: again } = await register({ phone_e164, password }).expect(200);
    expect(again.user_id).toBe(body.user_id);
    expect(again).toMatchObject({
      registration_token: body.registration_token,
      retry_after_seconds: null,
    });
    const { body: third } = await register({ phone_e164, password }).expect(200);
    expect(third).toMatchObject({
      user_id: body.user_id,
      registration_token: body.registration_token,
    });
    expect(leftOf(30, startedAt)).toContain(third.retry_after_seconds);
  });

  it.each([
    ['no identifier', { password }],
    ['a phone that is none', { phone_e164: '0712345678', password }],
    ['an address that is none', { email: 'amina', password }],
    ['no password', { email: 'amina@example.com' }],
    ['an unknown field', { email: 'amina@example.com', password, role: 'OWNER' }],
    ['another type', { email: 7, password }],
  ])('refuses %s', async (_, body) => {
    const { body: error } = await register(body).expect(422);
    expect(error.error_code).toBe('VALIDATION_ERROR');
    expect(error.details.errors.length).toBeGreaterThan(0);
  });

  it('refuses a weak password', async () => {
    const { body } = await register({ email: anEmail(), password: 'password123' }).expect(422);
    expect(body).toMatchObject({ error_code: 'WEAK_PASSWORD', details: { min_length: 10 } });
    const phone_e164 = aPhone();
    expect(
      (await register({ phone_e164, password: `${phone_e164}!` }).expect(422)).body.error_code,
    ).toBe('WEAK_PASSWORD');
  });

  it('refuses an identifier that is taken, locked or disabled', async () => {
    const { email, userId } = await api.signUp();
    expect((await register({ email, password }).expect(409)).body.error_code).toBe(
      'ACCOUNT_ALREADY_EXISTS',
    );
    for (const [status, code] of [
      ['LOCKED', 'ACCOUNT_LOCKED'],
      ['DISABLED', 'ACCOUNT_DISABLED'],
    ]) {
      await api.admin.query('update identity.users set status = $2 where user_id = $1', [
        userId,
        status,
      ]);
      expect((await register({ email, password }).expect(403)).body.error_code).toBe(code);
    }
  });

  it('refuses what is not JSON, or too much of it', async () => {
    await api.request
      .post('/v1/auth/register')
      .set('Content-Type', 'application/json')
      .send('{"email":')
      .expect(400);
    await api.request
      .post('/v1/auth/register')
      .set('Content-Type', 'text/plain')
      .send('hello')
      .expect(415);
    await register({ email: anEmail(), password: 'x'.repeat(300_000) }).expect(413);
  });
});

describe('POST /v1/auth/request-identifier-verification', () => {
  it('sends another code to an identifier that waits for one, and tells nothing of others', async () => {
    const email = anEmail();
    await register({ email, password }).expect(200);
    expect((await resend({ email }).expect(200)).body).toEqual({ otp_sent_via: 'EMAIL' });
    expect((await resend({ email }).expect(200)).body).toEqual({ otp_sent_via: null });
    const phone_e164 = aPhone();
    expect((await resend({ phone_e164 }).expect(200)).body).toEqual({ otp_sent_via: 'SMS' });
    expect((await resend({ phone_e164 }).expect(200)).body).toEqual({ otp_sent_via: null });
  });

  it('wants exactly one identifier', async () => {
    await resend({}).expect(422);
    await resend({ email: anEmail(), phone_e164: aPhone() }).expect(422);
  });
});

describe('POST /v1/auth/verify-identifier', () => {
  it('activates the user by the right code, once', async () => {
    const email = anEmail();
    const { body: user } = await register({ email, password }).expect(200);
    const otp = await api.sentCode(user.user_id, 'EMAIL');
    expect((await verify({ email, otp: wrong(otp) }).expect(422)).body.error_code).toBe(
      'INVALID_OTP',
    );
    expect((await verify({ email: email.toUpperCase(), otp }).expect(200)).body).toEqual({
      user_id: user.user_id,
      status: 'ACTIVE',
      principal_id: expect.any(String),
      verified_identifier: email,
      password_set: true,
    });
    expect((await verify({ email, otp }).expect(409)).body.error_code).toBe('OTP_EXPIRED');
  });

  it('ends the code after five wrong tries', async () => {
    const phone_e164 = aPhone();
    const { body: user } = await register({ phone_e164, password }).expect(200);
    const otp = await api.sentCode(user.user_id, 'SMS');
    for (let i = 0; i < 5; i += 1) await verify({ phone_e164, otp: wrong(otp) }).expect(422);
    expect((await verify({ phone_e164, otp }).expect(429)).body.error_code).toBe(
      'OTP_ATTEMPTS_EXCEEDED',
    );
  });

  it('wants six digits', async () => {
    expect((await verify({ email: anEmail(), otp: '12345' }).expect(422)).body.error_code).toBe(
      'VALIDATION_ERROR',
    );
  });
});
