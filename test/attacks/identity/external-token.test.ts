import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createOutboundHttp } from '../../../activities/shared/outbound-http.js';
import { createRemoteKeys } from '../../../api/authentication/remote-keys.js';
import { foreignAlgorithms } from '../../../processes/issuer-settings.js';
import { createIdentityApi, type IdentityApi } from '../../identity/identity-api.js';
import { startIssuerServer, type IssuerServer } from '../../support/servers/issuer-server.js';

const outbound = createOutboundHttp({ allowsPrivate: true, timeoutMs: 1_000 });
const algorithms = foreignAlgorithms;
let server: IssuerServer;
let narrow: IssuerServer;
let api: IdentityApi;
let accountId: string;
let strangerId: string;
let now = 0;

const keysOf = ({ jwksUrl }: IssuerServer) =>
  createRemoteKeys({ locate: async () => jwksUrl, outbound, nowMs: () => now });

beforeAll(async () => {
  server = await startIssuerServer('');
  narrow = await startIssuerServer('');
  const { issuer, jwksUrl } = server;
  const accounts: string[] = [];
  const trusted = { jwksUrl, audiences: ['operations'], algorithms };
  api = await createIdentityApi({
    issuers: [
      { ...trusted, issuer, keys: keysOf(server) },
      { ...trusted, issuer: narrow.issuer, algorithms: ['RS256'], accounts, keys: keysOf(narrow) },
    ],
  });
  [accountId, strangerId] = [await accountOf(), await accountOf()];
  accounts.push(accountId);
  for (const each of [server, narrow]) each.claims['tenantId'] = accountId;
  for (const alg of algorithms) await server.addKey(alg, alg);
  await narrow.addKey('RS256', 'RS256');
  await narrow.addKey('ES256', 'ES256');
});
afterAll(async () => {
  await api.drop();
  for (const each of [server, narrow]) await each.stop();
  outbound.close();
});
beforeEach(() => {
  server.mood = 'serves';
});

async function accountOf(): Promise<string> {
  const { access_token: token } = await api.signUp();
  const { body } = await api.request.get('/v1/me').set('Authorization', `Bearer ${token}`);
  return body.org_memberships[0].org_principal_id;
}
const ask = (token: string, path = '/v1/sample-orders') =>
  api.request.get(path).set('Authorization', `Bearer ${token}`);
const answerTo = async (token: string, path?: string) => {
  const { status, body } = await ask(token, path);
  return [status, body.error_code];
};
const unauthenticated = [401, 'UNAUTHENTICATED'];
const forbidden = [403, 'FORBIDDEN'];
const seconds = () => Math.floor(Date.now() / 1_000);

describe('a token of a trusted issuer', () => {
  it.each(algorithms)('is good by %s', async (alg) => {
    const { body } = await ask(await server.sign(alg)).expect(200);
    expect(body).toEqual({ account_id: accountId, principal_id: expect.any(String) });
  });

  it('acts as one machine of the issuer, made at first sight, also at the same moment', async () => {
    const token = await server.sign('ES256', { claims: { sub: 'a new machine' } });
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(token).expect(200)));
    const principals = new Set(answers.map(({ body }) => body.principal_id));
    expect(principals.size).toBe(1);
    const { rows } = await api.admin.query(
      `select p.kind from identity.principals p join identity.external_principals e using (principal_id)
       where e.issuer = $1 and e.subject = 'a new machine'`,
      [server.issuer],
    );
    expect(rows).toEqual([{ kind: 'SERVICE' }]);
    const other = await ask(await server.sign('ES256', { claims: { sub: 'another' } })).expect(200);
    expect(principals.has(other.body.principal_id)).toBe(false);
  });

  it.each([
    ['a list of scopes', { scope: ['openid', 'ops:orders.read'] }, 200],
    ['a scope that includes the route’s', { scope: 'ops:orders.write' }, 200],
    ['a role alone', { scope: undefined, role: 'VIEWER' }, 200],
    ['a role in buildings', { scope: undefined, role: 'FM' }, 200],
    ['another scope', { scope: 'ops:bins.read' }, 403],
    ['no scope of ours', { scope: 'openid profile' }, 403],
    ['neither scope nor role', { scope: undefined }, 403],
    ['a scope of no text', { scope: { 'ops:orders.read': true } }, 403],
    ['an unknown role', { role: 'ROOT' }, 403],
    ['a role of the prototype', { role: 'constructor' }, 403],
    ['a role of no text', { role: ['OWNER'] }, 403],
  ])('acts by scope and role: %s', async (_name, claims, status) => {
    expect((await ask(await server.sign('ES256', { claims }))).status).toBe(status);
  });

  it.each([
    ['the scope', { scope: 'ops:bins.write' }, 204],
    ['the role', { scope: undefined, role: 'MANAGER' }, 204],
    ['a role too low for its scope', { scope: 'ops:bins.write', role: 'VIEWER' }, 403],
    ['a high role and a low scope', { scope: 'ops:bins.read', role: 'OWNER' }, 403],
  ])('reaches what managers do by %s', async (_name, claims, status) => {
    const token = await server.sign('ES256', { claims });
    expect((await ask(token, '/v1/sample-orders/managed')).status).toBe(status);
  });

  it('is told what it stands for', async () => {
    const { body } = await ask(await server.sign('ES256'), '/v1/auth/whoami').expect(200);
    expect(body).toMatchObject({
      kind: 'EXTERNAL',
      user_id: null,
      account_id: accountId,
      role: null,
      audience: 'operations',
      scopes: ['ops:orders.read'],
      issuer: server.issuer,
      expires_at: expect.any(String),
    });
    const elsewhere = await server.sign('ES256', { claims: { aud: 'api' } });
    expect(await answerTo(elsewhere, '/v1/auth/whoami')).toEqual(forbidden);
  });

  it.each([
    ['/v1/me', 403],
    ['/v1/internal/sample', 403],
  ])('is no session: %s', async (path, status) => {
    expect((await ask(await server.sign('ES256'), path)).status).toBe(status);
  });

  it('reaches no account by the path, not even its own', async () => {
    const token = await server.sign('ES256', { claims: { role: 'OWNER' } });
    expect((await ask(token, `/v1/accounts/${accountId}/sample`)).status).toBe(403);
  });

  it.each([
    ['the API’s', 'api'],
    ['another', 'building'],
    ['several of others', ['api', 'learning']],
    ['in another spelling', 'Operations'],
  ])('is refused for an audience that is %s', async (_name, aud) => {
    const token = await server.sign('ES256', { claims: { aud } });
    expect(await answerTo(token)).toEqual(forbidden);
  });

  it('is refused for an account that is not there, and one that the issuer may not name', async () => {
    const missing = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';
    expect(await answerTo(await server.sign('ES256', { claims: { tenantId: missing } }))).toEqual(
      forbidden,
    );
    await ask(await server.sign('ES256', { claims: { tenantId: strangerId } })).expect(200);
    await ask(await narrow.sign('RS256')).expect(200);
    const elsewhere = await narrow.sign('RS256', { claims: { tenantId: strangerId } });
    expect(await answerTo(elsewhere)).toEqual(forbidden);
  });
});

describe('a token in the name of a trusted issuer is refused', () => {
  it.each<[string, object]>([
    ['its time is over', { exp: () => seconds() - 31 }],
    ['it never ends', { exp: () => undefined }],
    ['its end is a text', { exp: () => '9999999999' }],
    ['it lasts longer than a day', { exp: () => seconds() + 24 * 3_600 + 60 }],
    ['it was issued long before', { iat: () => seconds() - 24 * 3_600, exp: () => seconds() + 60 }],
    ['it does not count yet', { nbf: () => seconds() + 60 }],
    ['it is for nobody', { aud: () => undefined }],
    ['it is of nobody', { sub: () => undefined }],
    ['its subject is empty', { sub: () => '' }],
    ['its subject is a list', { sub: () => ['a machine'] }],
    ['its subject is too long', { sub: () => 'x'.repeat(256) }],
    ['its subject has a NUL', { sub: () => 'a\0machine' }],
    ['it names no account', { tenantId: () => undefined }],
    ['its account is no id', { tenantId: () => "' or true --" }],
    ['its account is a list', { tenantId: () => [accountId] }],
    ['its account is in capitals', { tenantId: () => accountId.toUpperCase() }],
    ['another issued it', { iss: () => narrow.issuer }],
    ['nobody issued it', { iss: () => undefined }],
    ['several issued it', { iss: () => [server.issuer, narrow.issuer] }],
    ['its issuer lacks a stroke', { iss: () => server.issuer.slice(0, -1) }],
  ])('where %s', async (_name, wrong) => {
    const claims = Object.fromEntries(
      Object.entries(wrong).map(([name, value]) => [name, (value as () => unknown)()]),
    );
    expect(await answerTo(await server.sign('ES256', { claims }))).toEqual(unauthenticated);
  });

  it('is taken with clocks apart by half a minute', async () => {
    await ask(await server.sign('ES256', { claims: { exp: seconds() - 20 } })).expect(200);
    await ask(await server.sign('ES256', { claims: { nbf: seconds() + 20 } })).expect(200);
  });

  const claimsNow = () =>
    Object.assign({ iat: seconds(), exp: seconds() + 600 }, server.claims) as Record<
      string,
      unknown
    >;
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const hmac = (header: object, secret: string) => {
    const input = `${encoded(header)}.${encoded(claimsNow())}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };

  it.each<[string, () => Promise<string> | string]>([
    ['it has no algorithm', () => `${encoded({ alg: 'none' })}.${encoded(claimsNow())}.`],
    [
      'its algorithm is none, with a signature',
      () => `${encoded({ alg: 'none', kid: 'ES256' })}.${encoded(claimsNow())}.AAAA`,
    ],
    [
      'a public key is its secret',
      () => hmac({ alg: 'HS256', kid: 'RS256' }, JSON.stringify(server.keys[0])),
    ],
    ['its secret is empty', () => hmac({ alg: 'HS256', kid: 'ES256' }, '')],
    [
      'a foreign key signed it under a known name',
      async () => {
        const { privateKey } = await generateKeyPair('ES256');
        return new SignJWT(claimsNow())
          .setProtectedHeader({ alg: 'ES256', kid: 'ES256' })
          .sign(privateKey);
      },
    ],
    [
      'it brings its key',
      async () => {
        const { privateKey, publicKey } = await generateKeyPair('ES256');
        return new SignJWT(claimsNow())
          .setProtectedHeader({ alg: 'ES256', jwk: await exportJWK(publicKey) })
          .sign(privateKey);
      },
    ],
    ['a good one brings a key', () => server.sign('ES256', { header: { jwk: server.keys[0] } })],
    ['it says where keys are', () => server.sign('ES256', { header: { jku: server.jwksUrl } })],
    [
      'it says where a certificate is',
      () => server.sign('ES256', { header: { x5u: 'https://x' } }),
    ],
    ['it brings a certificate', () => server.sign('ES256', { header: { x5c: ['AAAA'] } })],
    [
      'it demands what nobody understands',
      () => server.sign('ES256', { header: { crit: ['b64'], b64: true } }),
    ],
    ['its key is of another algorithm', () => server.sign('ES256', { header: { kid: 'ES384' } })],
    ['its key is of another padding', () => server.sign('RS256', { header: { kid: 'PS256' } })],
    ['its key has no name, of two that fit', () => server.sign('RS256', { header: { kid: 'x' } })],
    ['its key is named by a list', () => server.sign('ES256', { header: { kid: ['ES256'] } })],
    ['its algorithm is in lower case', () => forged('ES256', { alg: 'es256' })],
    ['the issuer may not use the algorithm', () => narrow.sign('ES256')],
    ['its signature is padded', async () => `${await server.sign('ES256')}=`],
    ['its header is padded', async () => (await server.sign('EdDSA')).replace('.', '=.')],
    ['it has five parts', async () => `${await server.sign('ES256')}.AAAA.AAAA`],
    ['it has no signature', async () => (await server.sign('ES256')).replace(/[^.]+$/, '')],
    ['unused bits of its signature are set', async () => lastBits(await server.sign('ES256'))],
    [
      'it comes by another issuer’s key',
      async () => narrow.sign('RS256', { claims: { iss: server.issuer } }),
    ],
  ])('where %s', async (_name, forge) => {
    expect(await answerTo(await forge())).toEqual(unauthenticated);
  });

  /** A good token whose header says something else of the same signature. */
  async function forged(kid: string, header: object): Promise<string> {
    const [, payload, signature] = (await server.sign(kid)).split('.');
    return `${encoded(Object.assign({ kid }, header))}.${payload}.${signature}`;
  }
  /** 64 bytes leave four bits of the last letter unused. */
  function lastBits(token: string): string {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = letters.indexOf(token.at(-1) ?? '');
    return `${token.slice(0, -1)}${letters[last | 1]}`;
  }
});

describe('the keys of a trusted issuer', () => {
  it('are felt when one goes, and when one comes', async () => {
    await server.addKey('old');
    now += 40_000;
    const token = await server.sign('old');
    await ask(token).expect(200);
    await ask(token).expect(200);
    server.keys.splice(
      server.keys.findIndex(({ kid }) => kid === 'old'),
      1,
    );
    now += 11 * 60_000;
    expect(await answerTo(token)).toEqual(unauthenticated);
  });

  it('are asked for once by a flood of unknown ones, while known ones go on', async () => {
    now += 40_000;
    const good = await server.sign('ES256');
    await ask(good).expect(200);
    const before = server.fetches;
    const flood = await Promise.all(
      Array.from({ length: 40 }, async (_, index) =>
        answerTo(await server.sign('ES256', { header: { kid: `unknown-${index}` } })),
      ),
    );
    expect(flood).toEqual(flood.map(() => unauthenticated));
    expect(server.fetches - before).toBeLessThanOrEqual(1);
    await ask(good).expect(200);
  });

  it('count for a day while the issuer is down, then nobody is let in nor called a liar', async () => {
    const token = await server.sign('ES256');
    await ask(token).expect(200);
    server.mood = 'fails';
    now += 23 * 3_600_000;
    await ask(token).expect(200);
    now += 2 * 3_600_000;
    const { status, body, headers } = await ask(token);
    expect([status, body.error_code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    server.mood = 'serves';
    now += 60_000;
    await ask(token).expect(200);
  });
});
