/** Tells of: discovery.routes, sign-in-miss.records. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  jwtVerify,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { anEmail, codeOf } from '../identity-fixture.js';
import {
  createIdentity,
  createIdentityApi,
  password,
  type IdentityApi,
  type Tokens,
} from '../identity-api.js';

let api: IdentityApi;
beforeAll(async () => {
  api = await createIdentityApi();
});
afterAll(() => api.drop());

const login = (username: string, secret = password) =>
  api.request.post('/v1/auth/login').send({ username, password: secret });
const refresh = (token: string) =>
  api.request.post('/v1/auth/refresh').send({ refresh_token: token });
const me = (token: string) => api.request.get('/v1/me').set('Authorization', `Bearer ${token}`);

describe('POST /v1/auth/login', () => {
  it('answers with tokens', async () => {
    const { email } = await api.signUp();
    const { body } = await login(email.toUpperCase()).expect(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: 'Bearer',
      expires_in_seconds: 900,
    });
  });

  it('says the same of unknown, wrong and pending', async () => {
    const { email } = await api.signUp();
    const pending = anEmail();
    await api.request.post('/v1/auth/register').send({ email: pending, password }).expect(200);
    const answers = [
      await login(anEmail()),
      await login(email, 'wrong password'),
      await login(pending),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(401);
      expect({ ...body, request_id: '' }).toEqual({ ...answers[0]?.body, request_id: '' });
    }
    expect(answers[0]?.body.error_code).toBe('INVALID_CREDENTIALS');
  });

  it('names a locked or disabled user to whoever knows the password only', async () => {
    const { email, userId } = await api.signUp();
    for (const [status, code] of [
      ['LOCKED', 'ACCOUNT_LOCKED'],
      ['DISABLED', 'ACCOUNT_DISABLED'],
    ]) {
      await api.admin.query('update identity.users set status = $2 where user_id = $1', [
        userId,
        status,
      ]);
      expect((await login(email).expect(403)).body.error_code).toBe(code);
      expect((await login(email, 'wrong password').expect(401)).body.error_code).toBe(
        'INVALID_CREDENTIALS',
      );
    }
  });

  it('tells a crowd to come back rather than let everything wait', async () => {
    // Several times the limit of waiting sign-ins, for a crowd on a fast machine too.
    const answers = await Promise.all(Array.from({ length: 240 }, () => login(anEmail())));
    const busy = answers.filter(({ status }) => status === 503);
    expect(busy.length).toBeGreaterThan(0);
    expect(busy[0]?.headers['retry-after']).toBe('1');
    expect(answers.filter(({ status }) => status === 401).length).toBeGreaterThan(30);
  });
});

describe('POST /v1/auth/refresh and logout', () => {
  it('rotates, and ends the family when an old token comes back', async () => {
    const first = await api.signUp();
    const { body: second } = (await refresh(first.refresh_token).expect(200)) as { body: Tokens };
    const { body: third } = (await refresh(second.refresh_token).expect(200)) as { body: Tokens };
    expect((await refresh(first.refresh_token).expect(401)).body.error_code).toBe(
      'INVALID_REFRESH_TOKEN',
    );
    await refresh(third.refresh_token).expect(401);
  });

  it('ends the session, and its access tokens within a second', async () => {
    const { access_token: access, refresh_token: token } = await api.signUp();
    await me(access).expect(200);
    const logout = () => api.request.post('/v1/auth/logout').send({ refresh_token: token });
    expect((await logout().expect(200)).body).toEqual({ status: 'OK' });
    await logout().expect(200);
    await refresh(token).expect(401);
    await sleep(1_050);
    expect((await me(access).expect(401)).body.error_code).toBe('UNAUTHENTICATED');
  });

  it('wants a token', async () => {
    await api.request.post('/v1/auth/refresh').send({}).expect(422);
    await api.request.post('/v1/auth/logout').send({}).expect(422);
  });
});

describe('access tokens', () => {
  it('can be verified by anyone with the published keys, and name no roles', async () => {
    const { access_token: token, userId, principalId } = await api.signUp();
    const { body: keys } = await api.request.get('/.well-known/jwks.json').expect(200);
    expect(JSON.stringify(keys)).not.toContain('"d"');
    const { body: configuration } = await api.request
      .get('/.well-known/openid-configuration')
      .expect(200);
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer: configuration.issuer,
      audience: 'api',
    });
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT', kid: keys.keys[0].kid });
    expect(payload).toEqual({
      sub: userId,
      principal_id: principalId,
      sid: expect.any(String),
      epoch: 1,
      iss: 'http://millrace.test',
      aud: 'api',
      iat: expect.any(Number),
      exp: (payload.iat ?? 0) + 900,
    });
  });

  it('are refused when anything about them is not ours', async () => {
    const { access_token: token } = await api.signUp();
    const { kid } = decodeProtectedHeader(token);
    const claims = decodeJwt(token);
    const jwk = (await api.request.get('/.well-known/jwks.json')).body.keys[0];
    const secret = new TextEncoder().encode(JSON.stringify(jwk));
    const [head, , signature] = token.split('.');
    const raised = Buffer.from(JSON.stringify({ ...claims, epoch: 2 })).toString('base64url');
    const forged = [
      'garbage',
      `${token}x`,
      `${head}.${raised}.${signature}`,
      new UnsecuredJWT(claims).encode(),
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: String(kid) }).sign(secret),
    ];
    for (const each of forged)
      expect((await me(each).expect(401)).body.error_code).toBe('UNAUTHENTICATED');
    const { headers } = await api.request.get('/v1/me').expect(401);
    expect(headers['www-authenticate']).toBe('Bearer');
  });

  it("are one issuer's, and understood by every process of it", async () => {
    const { access_token: token, userId } = await api.signUp();
    const sibling = createIdentity(api.parts);
    expect(await sibling.authenticator.authenticate(token)).toMatchObject({ userId });
    const foreign = createIdentity({ ...api.parts, issuer: 'http://elsewhere.test' });
    expect(await codeOf((async () => foreign.authenticator.authenticate(token))())).toBe(
      'UNAUTHENTICATED',
    );
  });

  it('end when the epoch rises, and follow a change of role within a second', async () => {
    const { access_token: token, userId, principalId } = await api.signUp();
    const caller = await api.authenticator.authenticate(token);
    const accountId = caller.memberships[0]?.accountId ?? '';
    const sample = () =>
      api.request.get(`/v1/accounts/${accountId}/sample`).set('Authorization', `Bearer ${token}`);
    await sample().expect(200);
    await api.admin.query(
      "update identity.access_grants set role = 'VIEWER' where principal_id = $1",
      [principalId],
    );
    await sleep(1_050);
    await sample().expect(403);
    await api.admin.query('update identity.users set epoch = epoch + 1 where user_id = $1', [
      userId,
    ]);
    await sleep(1_050);
    // And then, when the new standing of the session is known.
    for (let i = 0; i < 3; i += 1) await sample().expect(401);
  });

  it('end with the longest life of their session, also where nothing else has changed', async () => {
    const { access_token: token, userId } = await api.signUp();
    const shorten = (to: string) =>
      api.admin.query(
        `update identity.user_sessions set absolute_until = ${to} where user_id = $1`,
        [userId],
      );
    const watch = { onLook: () => undefined, isCurrent: () => true, stop: () => Promise.resolve() };
    const { authenticator } = createIdentity({ ...api.parts, watch });
    await shorten("now() + interval '2 seconds'");
    expect(await authenticator.authenticate(token)).toMatchObject({ userId });
    await sleep(2_050);
    expect(await codeOf((async () => authenticator.authenticate(token))())).toBe('UNAUTHENTICATED');
    await me(token).expect(401);
  });

  it('cost one query a second, however many requests carry them', async () => {
    const { access_token: token } = await api.signUp();
    const { database } = api.parts;
    let queries = 0;
    const reads: typeof database.reads = (context) => {
      if (context.principalId !== undefined) queries += 1;
      return database.reads(context);
    };
    const { authenticator } = createIdentity({ ...api.parts, database: { ...database, reads } });
    const startedAt = Date.now();
    for (let round = 0; round < 3; round += 1)
      await Promise.all(Array.from({ length: 200 }, async () => authenticator.authenticate(token)));
    expect(queries).toBeGreaterThan(0);
    expect(queries).toBeLessThanOrEqual(1 + Math.floor((Date.now() - startedAt) / 1_000));
  });

  it('make one key, however many processes sign first', async () => {
    const { rows } = await api.admin.query('select count(*)::int as n from identity.signing_keys');
    expect(rows).toEqual([{ n: 1 }]);
    await api.admin.query('delete from identity.signing_keys');
    const answers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const { routes } = createIdentity(api.parts);
        const jwks = routes.find(({ path }) => path === '/.well-known/jwks.json');
        return jwks?.handle({} as never);
      }),
    );
    const kids = answers.map((answer) =>
      (answer?.body as { keys: { kid: string }[] }).keys.map(({ kid }) => kid).join(),
    );
    expect(new Set(kids).size).toBe(1);
  });
});
