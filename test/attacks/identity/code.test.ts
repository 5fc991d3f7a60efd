import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anEmail } from '../../identity/identity-fixture.js';
import { createIdentityApi, password, type IdentityApi } from '../../identity/identity-api.js';
import { attackChance, attackRounds, attackRun } from '../attack-rounds.js';

let api: IdentityApi;
beforeAll(async () => {
  api = await createIdentityApi();
});
afterAll(() => api.drop());

const verify = (body: object) => api.request.post('/v1/auth/verify-identifier').send(body);

/** Somebody with a sent code. */
async function aRegistration(): Promise<{ email: string; otp: string }> {
  const email = anEmail();
  const { body } = await api.request
    .post('/v1/auth/register')
    .send({ email, password })
    .expect(200);
  return { email, otp: await api.sentCode(body.user_id, 'EMAIL') };
}

describe('a one-time code', () => {
  it(`is compared with five guesses, however many come at once (${attackRun})`, async () => {
    const { email, otp } = await aRegistration();
    const chance = attackChance();
    const guesses = Array.from({ length: 100 * attackRounds }, () =>
      String(chance.below(1_000_000)).padStart(6, '0'),
    );
    const answers = await Promise.all(
      guesses.filter((guess) => guess !== otp).map((guess) => verify({ email, otp: guess })),
    );
    const codes = answers.map(({ body }) => body.error_code as string);
    expect(codes.filter((code) => code === 'INVALID_OTP')).toHaveLength(5);
    expect(new Set(codes)).toEqual(new Set(['INVALID_OTP', 'OTP_ATTEMPTS_EXCEEDED']));
    expect((await verify({ email, otp })).body.error_code).toBe('OTP_ATTEMPTS_EXCEEDED');
  });

  it('proves nobody else’s identifier', async () => {
    const [own, victim] = [await aRegistration(), await aRegistration()];
    const attempt = await verify({ email: victim.email, otp: own.otp });
    expect(own.otp === victim.otp || attempt.status === 422).toBe(true);
    await verify(own).expect(200);
  });

  it('is used once, however many use it at once', async () => {
    const registration = await aRegistration();
    const answers = await Promise.all(Array.from({ length: 10 }, () => verify(registration)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  });

  it('is six digits and nothing like them', async () => {
    const { email, otp } = await aRegistration();
    const wide = [...otp].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('');
    const shapes: unknown[] = [
      Number(otp),
      [otp],
      { $ne: '' },
      null,
      true,
      ` ${otp}`,
      `${otp} `,
      `${otp}\n`,
      `${otp}\0`,
      `+${otp}`,
      wide,
      `${otp}0`,
      otp.slice(1),
      `${otp.slice(0, 3)} ${otp.slice(3)}`,
      '',
      '%',
      '______',
      "' or true --",
    ];
    for (const shape of shapes) {
      const { body } = await verify({ email, otp: shape });
      expect([shape, body.error_code]).toEqual([shape, 'VALIDATION_ERROR']);
    }
    // No attempt before was a try.
    await verify({ email, otp }).expect(200);
  });
});
