import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { createPasswordHasher } from '../../../api/authentication/password-hasher.js';
import { createOtpCodes } from '../../../db/secrets/otp-codes.js';
import { aPhone, anAuditedRequest, anEmail, otpKey } from '../../identity/identity-fixture.js';
import {
  createIdentity,
  createIdentityApi,
  type IdentityApi,
} from '../../identity/identity-api.js';
import { plainPasswords } from '../../support/people/plain-passwords.js';

let api: IdentityApi;
beforeAll(async () => {
  api = await createIdentityApi({
    rates: { RATE_LIMIT_AUTH_IDENTIFIER: '10/10m' },
    passwords: plainPasswords,
  });
});
afterAll(() => api.drop());

const theirs = 'what the victim chose';
const strangers = 'what the stranger chose';

/** Each address is somewhere else, unless given. */
let addresses = 0;
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  api.request
    .post(`/v1/auth/${path}`)
    .set({
      'X-Forwarded-For': `10.0.${Math.floor((addresses += 1) / 250)}.${1 + (addresses % 250)}`,
      ...headers,
    })
    .send(body);
const from = (address: string) => ({ 'X-Forwarded-For': address });
const register = (body: object) => post('register', body);
const verify = (body: object, headers = {}) => post('verify-identifier', body, headers);
const resend = (body: object, headers = {}) =>
  post('request-identifier-verification', body, headers);
const login = (username: string, password: string, headers = {}) =>
  post('login', { username, password }, headers);
const said = ({ status, body }: Response) =>
  `${status} ${JSON.stringify({ ...body, request_id: '', user_id: '', registration_token: '' })}`;

/** The newest message to an address, as only the owner can read the message. */
async function codeSentTo(identifier: string): Promise<string> {
  const { rows } = await api.admin.query<{ token_id: string; channel: string; nonce: Buffer }>(
    `select t.token_id, c.channel, t.nonce from identity.tokens t join identity.token_channels c using (token_id)
     where c.identifier = $1 and t.revoked_at is null order by c.position, t.token_id desc limit 1`,
    [identifier],
  );
  const [row] = rows;
  if (!row) throw new Error('no message went there');
  return createOtpCodes(otpKey).derive(row.token_id, row.channel, row.nonce);
}
const wrong = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, '0');

describe('a stranger who registers an identifier that is not theirs', () => {
  it.each(['before', 'after'])('gets nothing of it, %s its owner does', async (when) => {
    const email = anEmail();
    const attempts = [
      { email, password: strangers },
      { email, password: theirs },
    ];
    const answers = [];
    for (const each of when === 'before' ? attempts : attempts.reverse())
      answers.push({ ...each, ...(await register(each).expect(200)).body });
    const own = answers.find(({ password }) => password === theirs);
    const otp = await codeSentTo(email);
    const { body } = await verify({
      email,
      otp,
      registration_token: own?.registration_token,
    }).expect(200);
    expect(body).toMatchObject({ status: 'ACTIVE', password_set: true });
    await login(email, strangers).expect(401);
    await login(email, theirs).expect(200);
  });

  it('gets nothing of it when the owner names no registration, nor does anybody', async () => {
    const email = anEmail();
    await register({ email, password: theirs }).expect(200);
    await register({ email, password: strangers }).expect(200);
    const { body } = await verify({ email, otp: await codeSentTo(email) }).expect(200);
    expect(body).toMatchObject({ status: 'ACTIVE', password_set: false });
    for (const password of [strangers, theirs]) await login(email, password).expect(401);
  });

  it('does not keep its owner from being it, who names the registration by its password', async () => {
    const email = anEmail();
    await register({ email, password: theirs }).expect(200);
    await register({ email, password: strangers }).expect(200);
    const otp = await codeSentTo(email);
    expect(
      (await verify({ email, otp, password: 'neither of the two' }).expect(401)).body.error_code,
    ).toBe('INVALID_CREDENTIALS');
    await verify({ email, otp, registration_token: 'x'.repeat(43) }).expect(401);
    expect((await verify({ email, otp, password: theirs }).expect(200)).body.password_set).toBe(
      true,
    );
    await login(email, theirs).expect(200);
  });

  it.each([
    ['number', { email: anEmail() }, { phone_e164: aPhone() }],
    ['address', { phone_e164: aPhone() }, { email: anEmail() }],
  ])('signs in by the %s that they proved alone', async (_, victims, own) => {
    const [theirName, ownName] = [Object.values(victims)[0] ?? '', Object.values(own)[0] ?? ''];
    await register({ ...victims, password: theirs }).expect(200);
    await register({ ...victims, ...own, password: strangers }).expect(200);
    await verify({ ...own, otp: await codeSentTo(ownName) }).expect(200);
    await login(theirName, strangers).expect(401);
    await login(ownName, strangers).expect(200);
    await resend(victims).expect(200);
    const { body } = await verify({
      ...victims,
      otp: await codeSentTo(theirName),
      password: theirs,
    }).expect(200);
    expect(body).toMatchObject({ status: 'ACTIVE', password_set: true });
    await login(theirName, theirs).expect(200);
  });

  it('is not given what the owner proves later', async () => {
    const [email, phone_e164] = [anEmail(), aPhone()];
    await register({ email, phone_e164, password: strangers }).expect(200);
    const { body: stranger } = await verify({
      phone_e164,
      otp: await codeSentTo(phone_e164),
    }).expect(200);
    await resend({ email }).expect(200);
    const refused = await verify({ email, otp: await codeSentTo(email) }).expect(422);
    expect(refused.body.error_code).toBe('INVALID_OTP');
    const { body: own } = await register({ email, password: theirs }).expect(200);
    expect(own.user_id).not.toBe(stranger.user_id);
    const { body } = await verify({ email, otp: await codeSentTo(email) }).expect(200);
    expect(body).toMatchObject({ user_id: own.user_id, password_set: true });
    await login(email, theirs).expect(200);
  });

  it('proves a further identifier with the code and their session, and another’s session is of no use', async () => {
    const [email, phone_e164] = [anEmail(), aPhone()];
    await register({ email, phone_e164, password: theirs }).expect(200);
    const { body: user } = await verify({ phone_e164, otp: await codeSentTo(phone_e164) }).expect(
      200,
    );
    const { body: tokens } = await login(phone_e164, theirs).expect(200);
    const other = await api.signUp();
    const session = { Authorization: `Bearer ${tokens.access_token}` };
    await resend({ email }, session).expect(200);
    const otp = await codeSentTo(email);
    await verify({ email, otp }).expect(422);
    await verify({ email, otp }, { Authorization: `Bearer ${other.access_token}` }).expect(422);
    await verify({ email, otp }, { Authorization: 'Bearer nonsense' }).expect(401);
    // Strangers' tries are not counted against the owner either.
    for (let i = 0; i < 3; i += 1) await verify({ email, otp: wrong(otp) }).expect(422);
    await verify({ email, otp: wrong(otp) }).expect(429);
    const { body } = await verify({ email, otp }, session).expect(200);
    expect(body).toMatchObject({ user_id: user.user_id, verified_identifier: email });
    await login(email, theirs).expect(200);
  });

  it('needs every registration to be named where the installation asks for it', async () => {
    const strict = createIdentity({
      ...api.parts,
      registration: { ...api.parts.registration, isAlwaysNamed: true },
    });
    const email = anEmail();
    await register({ email, password: strangers }).expect(200);
    const route = strict.routes.find(({ path }) => path === '/v1/auth/verify-identifier');
    const call = {
      body: { email, otp: await codeSentTo(email) },
      header: () => '',
      clientIp: '10.0.0.1',
      audited: anAuditedRequest,
    };
    expect(await route?.handle(call as never)).toMatchObject({
      status: 200,
      body: { password_set: false },
    });
  });

  it('is sent no code for an address that others register, too, by whatever else they gave', async () => {
    const [email, phone_e164] = [anEmail(), aPhone()];
    await register({ email, password: theirs }).expect(200);
    await register({ email, phone_e164, password: strangers }).expect(200);
    await resend({ email }).expect(200);
    const { rows } = await api.admin.query(
      `select c.channel from identity.token_channels c where c.token_id = (
         select o.token_id from identity.token_channels o where o.identifier = $1 order by o.token_id desc limit 1)`,
      [email],
    );
    expect(rows).toEqual([{ channel: 'EMAIL' }]);
  });

  it('is no attempt any more when its time is over', async () => {
    const email = anEmail();
    const { body: old } = await register({ email, password: strangers }).expect(200);
    await api.admin.query('update identity.registrations set expires_at = now() where email = $1', [
      email,
    ]);
    await register({ email, password: theirs }).expect(200);
    const otp = await codeSentTo(email);
    await verify({ email, otp, registration_token: old.registration_token }).expect(401);
    await verify({ email, otp, password: strangers }).expect(401);
    expect((await verify({ email, otp }).expect(200)).body.password_set).toBe(true);
    await login(email, theirs).expect(200);
  });

  it('is one registration with themselves, however often the same password comes at once', async () => {
    const email = anEmail();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => register({ email, password: theirs })),
    );
    // A slow machine may have no time for some.
    const taken = answers.filter(({ status }) => status !== 503);
    expect(taken.map(({ status }) => status)).toEqual(taken.map(() => 200));
    expect(new Set(taken.map(({ body }) => body.registration_token)).size).toBe(1);
    expect(
      (await verify({ email, otp: await codeSentTo(email) }).expect(200)).body.password_set,
    ).toBe(true);
  });
});

describe('guessing a code', () => {
  it('ends after five tries, and after fifteen an hour also with new codes', async () => {
    const email = anEmail();
    await register({ email, password: theirs }).expect(200);
    for (let code = 0; code < 3; code += 1) {
      const otp = await codeSentTo(email);
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, i) => verify({ email, otp: wrong(otp, i + 1) })),
      );
      expect(answers.filter(({ status }) => status === 422)).toHaveLength(5);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
      expect((await verify({ email, otp }).expect(429)).body.error_code).toBe(
        'OTP_ATTEMPTS_EXCEEDED',
      );
      await api.admin.query(
        `update identity.code_standings set asked_at = asked_at - interval '20 minutes'`,
      );
      await resend({ email }).expect(200);
    }
    const answer = await verify({ email, otp: await codeSentTo(email) }).expect(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('who exists', () => {
  it('is told by none of the ways of signing in and verifying', async () => {
    const people: Record<string, string> = { nobody: anEmail(), pending: anEmail() };
    await register({ email: people['pending'], password: theirs }).expect(200);
    for (const name of ['active', 'locked', 'disabled']) {
      const { email, userId } = await api.signUp();
      people[name] = email;
      await api.admin.query('update identity.users set status = $2 where user_id = $1', [
        userId,
        name.toUpperCase(),
      ]);
    }
    const answers: Record<string, string[]> = {};
    for (const [name, email] of Object.entries(people)) {
      const walk = [
        await verify({ email, otp: '000000' }),
        await verify({ email, otp: '000000', password: 'something long' }),
        await verify({ email, otp: '000000', registration_token: 'x' }),
        await resend({ email }),
        await resend({ email }),
        await login(email, 'wrong for everybody'),
        ...(await Promise.all(Array.from({ length: 5 }, () => verify({ email, otp: '000000' })))),
        await verify({ email, otp: '000000' }),
      ];
      answers[name] = [
        ...walk.slice(0, 6),
        ...walk.slice(6).sort((a, b) => a.status - b.status),
      ].map(said);
    }
    const { nobody, ...others } = answers;
    for (const [name, each] of Object.entries(others))
      expect([name, ...each]).toEqual([name, ...(nobody ?? [])]);
    expect(nobody?.map((each) => each.slice(0, 3)).join(' ')).toBe(
      '422 422 422 200 200 401 422 422 422 422 422 429',
    );
  });
});

describe('a stranger’s wrong passwords', () => {
  it('do not lock their victim out, at another address or on a device that has signed in before', async () => {
    const { email } = await api.signUp();
    const { headers } = await post('login', {
      username: email,
      password: 'correct horse battery',
    }).expect(200);
    const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
    expect(String(headers['set-cookie'])).toMatch(/; HttpOnly; SameSite=Strict/);
    const attacker = from('192.0.2.66');
    const statuses = [];
    for (let i = 0; i < 14; i += 1)
      statuses.push((await login(email, `guess number ${i}`, attacker)).status);
    expect(statuses).toEqual([...Array<number>(10).fill(401), ...Array<number>(4).fill(429)]);
    // Elsewhere, and at the very address of the attacker with the cookie or, without any, the
    // header.
    await login(email, 'correct horse battery', from('192.0.2.77')).expect(200);
    await login(email, 'correct horse battery', { ...attacker, Cookie: cookie }).expect(200);
    await login(email, 'correct horse battery', {
      ...attacker,
      'X-Device-Token': headers['x-device-token'],
    }).expect(200);
    // Of another person the device is a stranger's.
    const other = await api.signUp();
    for (let i = 0; i < 10; i += 1)
      await login(other.email, `guess number ${i}`, { ...attacker, Cookie: cookie });
    await login(other.email, 'correct horse battery', { ...attacker, Cookie: cookie }).expect(429);
  });

  it('cost more and more from many addresses, and a known device nothing', async () => {
    const { email } = await api.signUp();
    const { headers } = await login(email, 'correct horse battery').expect(200);
    const device = { 'X-Device-Token': String(headers['x-device-token']) };
    await login(email, 'guess').expect(401);
    await api.admin.query('update identity.sign_in_misses set wrong = 100000');
    const crowd = await Promise.all(
      Array.from({ length: 12 }, (_, i) => login(email, `guess number ${i}`)),
    );
    expect(crowd.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(2);
    expect(crowd.find(({ status }) => status === 429)?.headers['retry-after']).toBe('10');
    const startedAt = performance.now();
    await login(email, 'correct horse battery', device).expect(200);
    expect(performance.now() - startedAt).toBeLessThan(2_900);
    await api.admin.query('update identity.sign_in_misses set wrong = 30');
    const heldAt = performance.now();
    await login(email, 'correct horse battery').expect(200);
    expect(performance.now() - heldAt).toBeGreaterThan(400);
  });
});

describe('a crowd from one address', () => {
  it.each(['sign in', 'register'])(
    'keeps nobody else waiting for it, who would %s',
    async (what) => {
      const passwords = createPasswordHasher({
        maxRunning: 1,
        maxWaiting: 20,
        maxWaitingOfPlace: 6,
      });
      const small = await createIdentityApi({ passwords });
      const ask = (address: string) => {
        const email = anEmail();
        const [path, body] =
          what === 'sign in'
            ? ['login', { username: email, password: theirs }]
            : ['register', { email, password: theirs }];
        const sent = small.request.post(`/v1/auth/${path}`).set(from(address)).send(body);
        return sent.then(({ status }) => status);
      };
      const crowd = Array.from({ length: 12 }, () => ask('192.0.2.99'));
      const others = await Promise.all(
        Array.from({ length: 4 }, (_, n) => ask(`192.0.2.${n + 1}`)),
      );
      expect(others).toEqual(others.map(() => (what === 'sign in' ? 401 : 200)));
      expect(await Promise.all(crowd)).toContain(503);
      await small.drop();
    },
  );
});

describe('an address', () => {
  it.each([
    'amina',
    'amina@',
    '@example.com',
    'amína@example.com',
    'amina\u212a@example.com',
    'a@exam\nple.com',
    'a@ex%61mple.com',
    'a@127.1',
  ])('is none: %j', async (email) => {
    await register({ email, password: theirs }).expect(422);
    expect((await login(email, theirs).expect(422)).body.error_code).toBe(
      'INVALID_USERNAME_FORMAT',
    );
  });

  it('is one, however it is written', async () => {
    const name = `user-${Math.random().toString(36).slice(2)}`;
    const { body } = await register({
      email: ` ${name.toUpperCase()}@BÜCHER.example `,
      password: theirs,
    }).expect(200);
    const email = `${name}@xn--bcher-kva.example`;
    expect((await register({ email, password: theirs }).expect(200)).body.user_id).toBe(
      body.user_id,
    );
    const { body: user } = await verify({
      email: `${name}@bücher.example`,
      otp: await codeSentTo(email),
    }).expect(200);
    expect(user.verified_identifier).toBe(email);
    await login(`${name}@Bücher.Example `, theirs).expect(200);
  });
});
