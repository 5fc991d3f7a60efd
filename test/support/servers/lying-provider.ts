import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';

/** Parts of a provider, each with an answer of its own. */
type Part = 'metadata' | 'jwks' | 'token' | 'userinfo';
type Answer = number | 'hangs' | { status?: number; body: string };

export interface LyingProvider {
  issuer: string;
  /** Answers in place of the true ones. */
  lies: Partial<Record<Part, Answer>>;
  /** Changes of the metadata, of the claims and of the header of a token. */
  metadata: Record<string, unknown>;
  claims: Record<string, unknown>;
  header: Record<string, unknown>;
  /** Of the last request for a token. */
  form: URLSearchParams;
  authorization: string | undefined;
  requests: Part[];
  /** Signs in place of the published key. */
  otherKey: CryptoKey | undefined;
  /** Tells the truth again. */
  repent(): void;
  stop(): Promise<void>;
}

/** An OpenID provider with lies of the test's choice, over a protocol otherwise right. */
export async function startLyingProvider(clientId: string): Promise<LyingProvider> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = Object.assign(await exportJWK(publicKey), { kid: 'one', alg: 'ES256', use: 'sig' });
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const truths = truthsOf({ issuer, clientId, jwk, privateKey }, () => provider);

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const part = partOf(request.url ?? '');
    provider.requests.push(part);
    if (part === 'token') {
      provider.form = new URLSearchParams(await text(request));
      provider.authorization = request.headers.authorization;
    }
    const lie = provider.lies[part];
    if (lie === 'hangs') return;
    if (typeof lie === 'number') return void response.writeHead(lie).end('{}');
    const body = lie?.body ?? JSON.stringify(await truths[part]());
    response.writeHead(lie?.status ?? 200, { 'content-type': 'application/json' }).end(body);
  }

  const provider: LyingProvider = {
    issuer,
    lies: {},
    metadata: {},
    claims: {},
    header: {},
    form: new URLSearchParams(),
    authorization: undefined,
    requests: [],
    otherKey: undefined,
    repent() {
      Object.assign(provider, { lies: {}, metadata: {}, claims: {}, header: {} });
      provider.otherKey = undefined;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((stopped) => server.close(stopped));
    },
  };
  return provider;
}

interface TrueProvider {
  issuer: string;
  clientId: string;
  jwk: object;
  privateKey: CryptoKey;
}

const truthsOf = (
  { issuer, clientId, jwk, privateKey }: TrueProvider,
  changes: () => Pick<LyingProvider, 'metadata' | 'claims' | 'header' | 'otherKey'>,
): Record<Part, () => Promise<object> | object> => ({
  metadata: () =>
    Object.assign(
      {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
      },
      changes().metadata,
    ),
  jwks: () => ({ keys: [jwk] }),
  userinfo: () => ({ sub: 'somebody', email: 'somebody@example.com', email_verified: true }),
  token: async () => {
    const { claims: changed, header, otherKey } = changes();
    const now = Math.floor(Date.now() / 1_000);
    const truth = { iss: issuer, aud: clientId, sub: 'somebody', iat: now, exp: now + 300 };
    const all = Object.entries(Object.assign(truth, changed));
    const claims = Object.fromEntries(all.filter(([, value]) => value !== undefined));
    const idToken = await new SignJWT(claims)
      .setProtectedHeader(Object.assign({ alg: 'ES256', kid: 'one' }, header))
      .sign(otherKey ?? privateKey);
    return { id_token: idToken, access_token: 'an-access-token', token_type: 'Bearer' };
  },
});

function partOf(url: string): Part {
  if (url.startsWith('/jwks')) return 'jwks';
  if (url.startsWith('/token')) return 'token';
  return url.startsWith('/userinfo') ? 'userinfo' : 'metadata';
}
