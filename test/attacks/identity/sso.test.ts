import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKeyPair } from 'jose';
import { createOutboundHttp } from '../../../activities/shared/outbound-http.js';
import { createIdentityApi, type IdentityApi } from '../../identity/identity-api.js';
import { startLyingProvider, type LyingProvider } from '../../support/servers/lying-provider.js';

const outbound = createOutboundHttp({
  allowsPrivate: true,
  timeoutMs: 500,
  maxAnswerBytes: 64 * 1024,
});
let provider: LyingProvider;
let api: IdentityApi;
let count = 0;

/** A new API remembers nothing of the provider. */
const newApi = () =>
  createIdentityApi({
    foreignSignIn: {
      outbound,
      providers: [
        {
          id: 'acme',
          name: 'Acme',
          issuer: provider.issuer,
          clientId: 'millrace',
          clientSecret: 'a secret: of % the client',
          trustedDomains: ['example.com'],
          redirectUris: [],
          trustsMfa: false,
        },
      ],
    },
  });

beforeAll(async () => {
  provider = await startLyingProvider('millrace');
  api = await newApi();
});
afterAll(async () => {
  await api.drop();
  await provider.stop();
  outbound.close();
});
beforeEach(() => {
  count += 1;
  provider.repent();
  provider.claims = {
    sub: `person-${count}`,
    email: `person-${count}@example.com`,
    email_verified: true,
  };
});

async function begin(asking = api) {
  const { headers, status, body } = await asking.request.get('/v1/auth/sso/acme/login');
  const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
  const { searchParams } = new URL(String(headers['location'] ?? 'http://none'));
  return { status, body, cookie, query: searchParams };
}
/** A sign-in, with the provider's true nonce unless the claims have another. */
async function signIn(more: Record<string, string> = {}, asking = api) {
  const { cookie, query } = await begin(asking);
  const nonce = query.get('nonce');
  const { claims } = provider;
  provider.claims = { nonce, ...claims };
  const back = new URLSearchParams({ code: 'a code', state: query.get('state') ?? '', ...more });
  const answer = await asking.request
    .get(`/v1/auth/sso/acme/callback?${back.toString()}`)
    .set('Cookie', cookie);
  provider.claims = claims;
  return { status: answer.status, body: answer.body, query };
}
const outcome = async (more?: Record<string, string>) => {
  const { status, body } = await signIn(more);
  return [status, body.error_code];
};
const invalid = [401, 'SSO_TOKEN_INVALID'];
const away = [503, 'SSO_PROVIDER_UNAVAILABLE'];
const seconds = () => Math.floor(Date.now() / 1_000);

it('is let in by what a true provider answers, which is asked with the verifier and the secret', async () => {
  const { status, query } = await signIn({ session_state: 'x', iss: provider.issuer });
  expect(status).toBe(200);
  const { form } = provider;
  const verifier = form.get('code_verifier') ?? '';
  expect(createHash('sha256').update(verifier).digest('base64url')).toBe(
    query.get('code_challenge'),
  );
  expect([form.get('grant_type'), form.get('code'), form.get('redirect_uri')]).toEqual([
    'authorization_code',
    'a code',
    'http://millrace.test/v1/auth/sso/acme/callback',
  ]);
  const [id, secret] = Buffer.from(provider.authorization?.split(' ')[1] ?? '', 'base64')
    .toString()
    .split(':');
  expect([id, decodeURIComponent(secret ?? '')]).toEqual(['millrace', 'a secret: of % the client']);
});

describe('a token of a provider is refused', () => {
  it.each<[string, () => object]>([
    ['of another sign-in', () => ({ nonce: 'another' })],
    ['of no sign-in', () => ({ nonce: undefined })],
    ['of another issuer', () => ({ iss: 'https://evil.example' })],
    ['for another client', () => ({ aud: 'another' })],
    ['for several, without saying for which', () => ({ aud: ['millrace', 'another'] })],
    ['that another asked for', () => ({ aud: ['millrace', 'another'], azp: 'another' })],
    ['whose time is over', () => ({ exp: seconds() - 31 })],
    ['that never ends', () => ({ exp: undefined })],
    ['without the time of its issue', () => ({ iat: undefined })],
    ['of nobody', () => ({ sub: undefined })],
    ['of an empty name', () => ({ sub: '' })],
    ['of a name that is no text', () => ({ sub: { $ne: null } })],
    ['of a name with a NUL', () => ({ sub: 'a\0b' })],
    ['of a name of any length', () => ({ sub: 'x'.repeat(256) })],
  ])('%s', async (_name, claims) => {
    Object.assign(provider.claims, claims());
    const before = (await api.admin.query('select from identity.identities')).rowCount;
    expect(await outcome()).toEqual(invalid);
    expect((await api.admin.query('select from identity.identities')).rowCount).toBe(before);
  });

  it('signed by another key', async () => {
    provider.otherKey = (await generateKeyPair('ES256')).privateKey;
    expect(await outcome()).toEqual(invalid);
  });

  it.each<[string, object]>([
    ['with a key of its own', { jwk: {} }],
    ['with an address of keys', { jku: 'https://evil.example' }],
    ['of a key that nobody knows', { kid: 'unknown' }],
  ])('%s', async (_name, header) => {
    provider.header = { ...header };
    expect(await outcome()).toEqual(invalid);
  });

  it.each<[string, object]>([
    ['that is not there', {}],
    ['that is no text', { id_token: {} }],
    ['that is not signed', { id_token: 'eyJhbGciOiJub25lIn0.e30.' }],
  ])('%s', async (_name, tokens) => {
    provider.lies.token = { body: JSON.stringify(tokens) };
    expect(await outcome()).toEqual(invalid);
  });

  it('where the provider refuses the code', async () => {
    provider.lies.token = { status: 400, body: '{"error":"invalid_grant"}' };
    expect(await outcome()).toEqual(invalid);
  });

  it('where another provider answers', async () => {
    expect(await outcome({ iss: 'https://evil.example' })).toEqual(invalid);
  });

  it('where no code came back', async () => {
    const { cookie, query } = await begin();
    const { body } = await api.request
      .get(`/v1/auth/sso/acme/callback?state=${query.get('state')}`)
      .set('Cookie', cookie);
    expect(body.error_code).toBe('SSO_TOKEN_INVALID');
  });
});

describe('a provider that does not work is away', () => {
  it.each<[string, LyingProvider['lies']]>([
    ['its tokens fail', { token: 500 }],
    ['its tokens hang', { token: 'hangs' }],
    ['its tokens are elsewhere', { token: 302 }],
    ['its tokens are no JSON', { token: { body: '<html>' } }],
    ['its tokens are huge', { token: { body: `"${'x'.repeat(100_000)}"` } }],
    ['it does not know us', { token: { status: 401, body: '{"error":"invalid_client"}' } }],
    ['it does not know us, by 400', { token: { status: 400, body: '{"error":"invalid_client"}' } }],
  ])('when %s', async (_name, lies) => {
    provider.lies = lies;
    expect(await outcome()).toEqual(away);
    provider.repent();
    provider.claims = { sub: 'somebody', email: 'somebody@example.com', email_verified: true };
    expect((await signIn()).status).toBe(200);
  });

  it.each([
    ['server_error', 503, 'SSO_PROVIDER_UNAVAILABLE'],
    ['temporarily_unavailable', 503, 'SSO_PROVIDER_UNAVAILABLE'],
    ['access_denied', 403, 'SSO_DENIED'],
    ['<script>', 403, 'SSO_DENIED'],
  ])('or has let nobody in, as its error says: %s', async (error, status, code) => {
    expect(await outcome({ error })).toEqual([status, code]);
  });

  it.each<[string, LyingProvider['lies'], object]>([
    ['its metadata fail', { metadata: 500 }, {}],
    ['its metadata are missing', { metadata: 404 }, {}],
    ['its metadata hang', { metadata: 'hangs' }, {}],
    ['its metadata are no JSON', { metadata: { body: '<html>' } }, {}],
    ['its metadata are null', { metadata: { body: 'null' } }, {}],
    ['its metadata are another’s', {}, { issuer: 'https://evil.example' }],
    ['its page is a script', {}, { authorization_endpoint: 'javascript:alert(1)' }],
    ['its tokens are nowhere', {}, { token_endpoint: undefined }],
  ])('before anybody is sent there, when %s', async (_name, lies, metadata) => {
    provider.lies = lies;
    provider.metadata = { ...metadata };
    const fresh = await newApi();
    const { status, body } = await begin(fresh);
    expect([status, body.error_code]).toEqual(away);
    await fresh.drop();
  });

  it.each<[string, LyingProvider['lies']]>([
    ['fail', { jwks: 500 }],
    ['hang', { jwks: 'hangs' }],
    ['are none', { jwks: { body: '{"keys":[]}' } }],
  ])('when its keys %s, and it has never been seen', async (_name, lies) => {
    provider.lies = lies;
    const fresh = await newApi();
    const { status, body } = await signIn({}, fresh);
    expect([status, body.error_code]).toEqual(away);
    await fresh.drop();
  });
});

describe('an address that the token leaves out', () => {
  let fresh: IdentityApi;
  beforeAll(async () => {
    fresh = await newApi();
    provider.metadata = { userinfo_endpoint: `${provider.issuer}/userinfo` };
    await begin(fresh);
  });
  afterAll(() => fresh.drop());
  beforeEach(() => {
    provider.claims = { sub: 'somebody' };
  });

  it('is asked for, and believed of the same person alone', async () => {
    provider.lies.userinfo = {
      body: '{"sub":"another","email":"victim@example.com","email_verified":true}',
    };
    expect((await signIn({}, fresh)).body.error_code).toBe('SSO_TOKEN_INVALID');
    provider.lies.userinfo = 500;
    expect((await signIn({}, fresh)).body.error_code).toBe('SSO_PROVIDER_UNAVAILABLE');
    provider.lies.userinfo = {
      body: '{"sub":"somebody","email":"s@example.com","email_verified":"true"}',
    };
    expect((await signIn({}, fresh)).body.error_code).toBe('SSO_EMAIL_NOT_VERIFIED');
    delete provider.lies.userinfo;
    expect((await signIn({}, fresh)).status).toBe(200);
  });
});

describe('a state', () => {
  it('tells nothing of what it holds, and none that was changed is good', async () => {
    const { cookie, query } = await begin();
    const state = query.get('state') ?? '';
    const before = provider.requests.length;
    expect(Buffer.from(state, 'base64url').toString('latin1')).not.toContain('acme');
    for (const index of [0, 20, state.length - 2]) {
      const letter = state[index] === 'A' ? 'B' : 'A';
      const changed = `${state.slice(0, index)}${letter}${state.slice(index + 1)}`;
      const { status, body } = await api.request
        .get(`/v1/auth/sso/acme/callback?code=x&state=${changed}`)
        .set('Cookie', cookie);
      expect([status, body.error_code]).toEqual([400, 'SSO_STATE_MISMATCH']);
    }
    expect(provider.requests.slice(before)).not.toContain('token');
  });

  it('is used up by an answer that failed', async () => {
    const { cookie, query } = await begin();
    provider.lies.token = 500;
    const back = `/v1/auth/sso/acme/callback?code=x&state=${query.get('state')}`;
    await api.request.get(back).set('Cookie', cookie).expect(503);
    provider.repent();
    const { body } = await api.request.get(back).set('Cookie', cookie);
    expect(body.error_code).toBe('SSO_STATE_MISMATCH');
  });

  it('is answered once, of thirty answers at once', async () => {
    const { cookie, query } = await begin();
    provider.claims = { nonce: query.get('nonce'), ...provider.claims };
    const back = `/v1/auth/sso/acme/callback?code=x&state=${query.get('state')}`;
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => api.request.get(back).set('Cookie', cookie)),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array<number>(29).fill(400)]);
  });
});
