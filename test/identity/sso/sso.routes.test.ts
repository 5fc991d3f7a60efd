/** Tells of: identity.records, sso-flow.records, trusted-user.records, identity-link.routes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createOutboundHttp } from '../../../activities/shared/outbound-http.js';
import type { SsoProvider } from '../../../processes/issuer-settings.js';
import { startOidcServer, type OidcServer } from '../../support/servers/oidc-server.js';
import { authenticatorOf } from '../../support/people/authenticator.js';
import { anEmail } from '../identity-fixture.js';
import { createIdentityApi, password, type IdentityApi } from '../identity-api.js';

const issuer = 'http://millrace.test';
const page = 'https://app.example.com/signed-in';
const outbound = createOutboundHttp({ allowsPrivate: true });
let server: OidcServer;
let api: IdentityApi;

beforeAll(async () => {
  const callbacks = ['acme', 'strict'].map((id) => `${issuer}/v1/auth/sso/${id}/callback`);
  server = await startOidcServer(...callbacks);
  const acme: SsoProvider = {
    id: 'acme',
    name: 'Acme',
    issuer: server.issuer,
    clientId: server.clientId,
    clientSecret: server.clientSecret,
    trustedDomains: ['example.com', 'xn--bcher-kva.example'],
    redirectUris: [page],
    trustsMfa: false,
  };
  const strict = { ...acme, id: 'strict', name: 'Strict', trustsMfa: true };
  const away = { ...acme, id: 'away', name: 'Away', issuer: 'http://127.0.0.1:9' };
  api = await createIdentityApi({ foreignSignIn: { providers: [acme, away, strict], outbound } });
});
afterAll(async () => {
  await api.drop();
  await server.stop();
  outbound.close();
});

let count = 0;
beforeEach(() => {
  count += 1;
  server.person = { sub: `person-${count}`, email: anEmail(), email_verified: true };
});

const cookieOf = (headers: Record<string, unknown>): string =>
  String(headers['set-cookie']).split(';')[0] ?? '';
const begin = async (query = '', provider = 'acme') => {
  const { headers } = await api.request.get(`/v1/auth/sso/${provider}/login${query}`).expect(302);
  return { cookie: cookieOf(headers), location: String(headers['location']) };
};
const comeBack = (url: URL, cookie: string) =>
  api.request.get(`${url.pathname}${url.search}`).set('Cookie', cookie);
/** From the first request to the answer of the callback. */
async function signIn(query = '', provider = 'acme') {
  const { cookie, location } = await begin(query, provider);
  return comeBack(await server.visit(location), cookie);
}
const me = async (token: string) =>
  (await api.request.get('/v1/me').set('Authorization', `Bearer ${token}`).expect(200)).body;
const exchange = (code: string) => api.request.post('/v1/auth/sso/exchange').send({ code });
const rowsOf = async (text: string, values: unknown[]) =>
  (await api.admin.query(text, values)).rows;

describe('signing in at a provider', () => {
  it('lists the providers', async () => {
    const { body } = await api.request.get('/v1/auth/sso').expect(200);
    expect(body).toEqual({
      items: [
        { id: 'acme', name: 'Acme' },
        { id: 'away', name: 'Away' },
        { id: 'strict', name: 'Strict' },
      ],
    });
  });

  it('makes a person whom the provider vouches for, with a proved address and no password', async () => {
    const { body } = await signIn();
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in_seconds: 900 });
    const { user, org_memberships: memberships } = await me(body.access_token);
    expect(user).toMatchObject({ email: server.person?.email, status: 'ACTIVE' });
    expect(memberships).toHaveLength(1);
    const [row] = await rowsOf(
      'select password_hash, email_verified_at from identity.users where user_id = $1',
      [user.id],
    );
    expect(row).toEqual({ password_hash: null, email_verified_at: expect.anything() });
    expect(await api.events('IDENTITY_LINKED')).toContainEqual(
      expect.objectContaining({ payload: { user_id: user.id, provider: 'acme' } }),
    );
  });

  it('ends the attempts to register the address, so that no stranger’s password counts', async () => {
    const email = server.person?.email ?? '';
    await api.request.post('/v1/auth/register').send({ email, password }).expect(200);
    const { body } = await signIn();
    expect((await me(body.access_token)).user.email).toBe(email);
    await api.request.post('/v1/auth/login').send({ username: email, password }).expect(401);
  });

  it('finds the same person again, whatever the address is by then', async () => {
    const first = await me((await signIn()).body.access_token);
    server.person = { ...server.person, sub: `person-${count}`, email: 'else@elsewhere.test' };
    const again = await me((await signIn()).body.access_token);
    expect(again.user).toMatchObject({ id: first.user.id, email: first.user.email });
  });

  it('links the person who has proved the address, whatever its letters', async () => {
    const { email, userId } = await api.signUp();
    server.person = { sub: `person-${count}`, email: email.toUpperCase(), email_verified: true };
    const { body } = await signIn();
    expect((await me(body.access_token)).user.id).toBe(userId);
  });

  it('sends the browser to an allowed page with a code that is good once', async () => {
    const { status, headers } = await signIn(`?redirect_uri=${encodeURIComponent(page)}`);
    expect(status).toBe(302);
    const [, code = ''] =
      /^https:\/\/app\.example\.com\/signed-in#code=([\w-]{43})$/.exec(
        String(headers['location']),
      ) ?? [];
    const answers = await Promise.all(Array.from({ length: 30 }, () => exchange(code)));
    const good = answers.filter(({ status: each }) => each === 200);
    expect(good).toHaveLength(1);
    expect((await me(good[0]?.body.access_token)).user.email).toBe(server.person?.email);
    expect(answers.filter(({ body }) => body.error_code === 'SSO_TOKEN_INVALID')).toHaveLength(29);
  });

  it('takes a code for a minute, and none that nobody gave', async () => {
    const { headers } = await signIn(`?redirect_uri=${encodeURIComponent(page)}`);
    await api.admin.query(
      `update identity.sso_flows set code_expires_at = now() - interval '1 second'`,
    );
    const code = String(headers['location']).split('code=')[1] ?? '';
    for (const each of [code, 'x'.repeat(43)])
      expect((await exchange(each).expect(401)).body.error_code).toBe('SSO_TOKEN_INVALID');
  });

  it('makes one person of many arrivals at once', async () => {
    const flows = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const { cookie, location } = await begin();
        return { cookie, back: await server.visit(location) };
      }),
    );
    const answers = await Promise.all(flows.map(({ back, cookie }) => comeBack(back, cookie)));
    const people = await Promise.all(answers.map(({ body }) => me(body.access_token)));
    expect(new Set(people.map(({ user }) => user.id)).size).toBe(1);
    expect(
      await rowsOf('select from identity.identities where subject = $1', [server.person?.sub]),
    ).toHaveLength(1);
  });

  it.each([
    ['LOCKED', 'ACCOUNT_LOCKED'],
    ['DISABLED', 'ACCOUNT_DISABLED'],
  ])('lets nobody in who is %s, by a link, an address or a code', async (status, code) => {
    const { headers } = await signIn(`?redirect_uri=${encodeURIComponent(page)}`);
    const linked = server.person?.email;
    const { email } = await api.signUp();
    await api.admin.query('update identity.users set status = $1 where email in ($2, $3)', [
      status,
      linked,
      email,
    ]);
    expect((await signIn()).body).toMatchObject({ error_code: code });
    const ours = String(headers['location']).split('code=')[1] ?? '';
    expect((await exchange(ours).expect(403)).body.error_code).toBe(code);
    server.person = { sub: `other-${count}`, email, email_verified: true };
    expect((await signIn()).body).toMatchObject({ error_code: code });
    expect(
      await rowsOf('select from identity.identities where subject = $1', [`other-${count}`]),
    ).toEqual([]);
  });
});

describe('a sign-in at a provider', () => {
  it.each([
    ['no address', {}, 403, 'SSO_EMAIL_NOT_VERIFIED'],
    ['an address that is not verified', { email: 'a@example.com' }, 403, 'SSO_EMAIL_NOT_VERIFIED'],
    [
      'an address said not to be verified',
      { email: 'a@example.com', email_verified: false },
      403,
      'SSO_EMAIL_NOT_VERIFIED',
    ],
    [
      'a text that is no address',
      { email: 'a\u0430@example.com', email_verified: true },
      403,
      'SSO_EMAIL_NOT_VERIFIED',
    ],
    [
      'an address of another’s domain',
      { email: 'a@gmail.test', email_verified: true },
      409,
      'SSO_LINK_REQUIRED',
    ],
    [
      'an address of a domain below',
      { email: 'a@sub.example.com', email_verified: true },
      409,
      'SSO_LINK_REQUIRED',
    ],
  ])('makes nobody of %s', async (_name, claims, status, code) => {
    server.person = { sub: `nobody-${count}`, ...claims };
    const answer = await signIn();
    expect([answer.status, answer.body.error_code]).toEqual([status, code]);
    expect(
      await rowsOf('select from identity.identities where subject = $1', [`nobody-${count}`]),
    ).toEqual([]);
  });

  it('may be refused by the provider', async () => {
    server.person = undefined;
    const answer = await signIn();
    expect([answer.status, answer.body.error_code]).toEqual([403, 'SSO_DENIED']);
  });

  it('is answered once, in the browser that began it', async () => {
    const { cookie, location } = await begin();
    const back = await server.visit(location);
    const other = await begin();
    const foreign = await comeBack(back, other.cookie);
    const without = await api.request.get(`${back.pathname}${back.search}`);
    const elsewhere = await api.request
      .get(`${back.pathname.replace('acme', 'away')}${back.search}`)
      .set('Cookie', cookie);
    expect((await comeBack(back, cookie)).status).toBe(200);
    const again = await comeBack(back, cookie);
    for (const answer of [foreign, without, elsewhere, again])
      expect([answer.status, answer.body.error_code]).toEqual([400, 'SSO_STATE_MISMATCH']);
  });

  it.each(['', '?state=', '?state=x&code=y', `?state=${'A'.repeat(600)}&code=y`])(
    'is not one that was not begun here: %s',
    async (query) => {
      const { cookie } = await begin();
      const { status, body } = await api.request
        .get(`/v1/auth/sso/acme/callback${query}`)
        .set('Cookie', cookie);
      expect([status, body.error_code]).toEqual([400, 'SSO_STATE_MISMATCH']);
    },
  );

  it('goes on in two tabs of one browser', async () => {
    const first = await begin();
    const { headers } = await api.request
      .get('/v1/auth/sso/acme/login')
      .set('Cookie', first.cookie);
    expect(cookieOf(headers)).toBe(first.cookie);
    const second = await server.visit(String(headers['location']));
    expect((await comeBack(second, first.cookie)).status).toBe(200);
    expect((await comeBack(await server.visit(first.location), first.cookie)).status).toBe(200);
  });

  it('leads to no page but the allowed ones', async () => {
    for (const uri of [
      'https://evil.example/',
      `${page}/../x`,
      `${page}#x`,
      `${page}?x=1`,
      'javascript:alert(1)',
    ]) {
      const { status, body } = await api.request.get(
        `/v1/auth/sso/acme/login?redirect_uri=${encodeURIComponent(uri)}`,
      );
      expect([uri, status, body.error_code]).toEqual([uri, 422, 'VALIDATION_ERROR']);
    }
  });

  it('needs a provider that is there', async () => {
    const { status, body } = await api.request.get('/v1/auth/sso/away/login');
    expect([status, body.error_code]).toEqual([503, 'SSO_PROVIDER_UNAVAILABLE']);
    await api.request.get('/v1/auth/sso/nowhere/login').expect(404);
    await api.request.get('/v1/auth/sso/..%2f/login').expect(404);
  });

  it('asks with PKCE, a nonce and a cookie that no page can read', async () => {
    const { headers } = await api.request.get('/v1/auth/sso/acme/login').expect(302);
    const parameters = new URL(String(headers['location'])).searchParams;
    expect(parameters.get('code_challenge_method')).toBe('S256');
    expect(parameters.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(parameters.get('nonce')).toMatch(/^[\w-]{43}$/);
    expect(String(headers['set-cookie'])).toMatch(/; HttpOnly; SameSite=Lax$/);
  });
});

describe('a second factor', () => {
  /** A person linked to the provider, with a second factor; answers the authenticator. */
  async function aSecuredPerson() {
    const { email, userId, access_token: token } = await api.signUp();
    server.person = { sub: `secured-${count}`, email, email_verified: true };
    const send = (path: string, body: object) =>
      api.request.post(`/v1/me/mfa${path}`).auth(token, { type: 'bearer' }).send(body);
    const { body } = await send('/totp', {}).expect(201);
    const code = authenticatorOf(body.secret);
    await send('/totp/confirm', { code: code() }).expect(200);
    await api.admin.query('update identity.mfa_factors set last_step = 0 where user_id = $1', [
      userId,
    ]);
    return { userId, code };
  }
  const amrOf = (userId: string) =>
    rowsOf('select amr from identity.user_sessions where user_id = $1 order by created_at desc', [
      userId,
    ]);

  it.each(['', `?redirect_uri=${encodeURIComponent(page)}`])(
    'is asked for after the provider’s sign-in, and completes it%s',
    async (query) => {
      const { userId, code } = await aSecuredPerson();
      const back = await signIn(query);
      const ours = String(back.headers['location']).split('code=')[1] ?? '';
      const { status, body } = query === '' ? back : await exchange(ours);
      expect([status, body.error_code]).toEqual([401, 'MFA_REQUIRED']);
      const before = await amrOf(userId);
      const { body: tokens } = await api.request
        .post('/v1/auth/mfa')
        .send({ mfa_token: body.details.mfa_token, code: code() })
        .expect(200);
      expect((await me(tokens.access_token)).user.id).toBe(userId);
      expect(before).toHaveLength(1);
      expect((await amrOf(userId))[0].amr).toEqual(['fed', 'otp', 'mfa']);
    },
  );

  it('is not asked for where the provider’s counts', async () => {
    const { userId } = await aSecuredPerson();
    const { body } = await signIn('', 'strict');
    expect((await me(body.access_token)).user.id).toBe(userId);
    expect((await amrOf(userId))[0].amr).toEqual(['fed', 'mfa']);
  });
});

describe('a link by hand', () => {
  const link = (token: string, provider = 'acme') =>
    api.request.post(`/v1/me/identities/${provider}`).set('Authorization', `Bearer ${token}`);
  const unlink = (token: string) =>
    api.request.delete('/v1/me/identities/acme').set('Authorization', `Bearer ${token}`);
  async function linkBy(token: string) {
    const { body, headers } = await link(token).expect(200);
    return comeBack(await server.visit(body.authorize_url), cookieOf(headers));
  }

  it('lets a person in whose address the provider may not vouch for, until it is unlinked', async () => {
    const { access_token: token, userId } = await api.signUp();
    server.person = { sub: `link-${count}`, email: 'x@elsewhere.test', email_verified: true };
    expect((await signIn()).body.error_code).toBe('SSO_LINK_REQUIRED');
    expect((await linkBy(token)).status).toBe(200);
    expect((await linkBy(token)).status).toBe(200);
    expect((await me((await signIn()).body.access_token)).user.id).toBe(userId);
    await unlink(token).expect(204);
    await unlink(token).expect(404);
    expect((await signIn()).body.error_code).toBe('SSO_LINK_REQUIRED');
    expect(await api.events('IDENTITY_UNLINKED')).toContainEqual(
      expect.objectContaining({ payload: { user_id: userId, provider: 'acme' } }),
    );
  });

  it('takes nobody else’s identity', async () => {
    const [one, other] = [await api.signUp(), await api.signUp()];
    expect((await linkBy(one.access_token)).status).toBe(200);
    const { status, body } = await linkBy(other.access_token);
    expect([status, body.error_code, body.details]).toEqual([
      409,
      'CONFLICT',
      { reason: 'IDENTITY_TAKEN' },
    ]);
  });

  it('is over with the session that began it', async () => {
    const { access_token: token, refresh_token: refreshToken } = await api.signUp();
    const { body, headers } = await link(token).expect(200);
    await api.request.post('/v1/auth/logout').send({ refresh_token: refreshToken }).expect(200);
    const answer = await comeBack(await server.visit(body.authorize_url), cookieOf(headers));
    expect([answer.status, answer.body.error_code]).toEqual([400, 'SSO_STATE_MISMATCH']);
  });

  it('needs a session and a provider', async () => {
    await api.request.post('/v1/me/identities/acme').expect(401);
    const { access_token: token } = await api.signUp();
    await link(token, 'nowhere').expect(404);
    const { status, body } = await link(token, 'away');
    expect([status, body.error_code]).toEqual([503, 'SSO_PROVIDER_UNAVAILABLE']);
  });
});
