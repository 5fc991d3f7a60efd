import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

type Mood = 'serves' | 'fails' | 'hangs' | 'redirects' | { body: string };

export interface IssuerServer {
  issuer: string;
  jwksUrl: string;
  /** The published keys. */
  keys: JWK[];
  mood: Mood;
  /** Fetches of the keys so far. */
  fetches: number;
  /** Makes a key, published unless told otherwise. */
  addKey(kid: string, alg?: string, isPublished?: boolean): Promise<CryptoKey>;
  /** A good token by a key of the server, with changes of claims and header. */
  sign(kid: string, changes?: { claims?: object; header?: object }): Promise<string>;
  /** The usual claims, for an account. */
  claims: Record<string, unknown>;
  stop(): Promise<void>;
}

/** A real issuer of tokens for operations, in any mood. */
export async function startIssuerServer(accountId: string): Promise<IssuerServer> {
  const server = createServer((_request, response) => {
    issuer.fetches += 1;
    answer(issuer, response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const privateKeys = new Map<string, { key: CryptoKey; alg: string }>();

  const issuer: IssuerServer = {
    issuer: `${url}/`,
    jwksUrl: `${url}/jwks.json`,
    keys: [],
    mood: 'serves',
    fetches: 0,
    claims: {
      iss: `${url}/`,
      aud: 'operations',
      sub: 'a machine',
      tenantId: accountId,
      scope: 'ops:orders.read',
    },
    async addKey(kid, alg = 'ES256', isPublished = true) {
      const options = alg === 'EdDSA' ? { crv: 'Ed25519' } : {};
      const pair = await generateKeyPair(alg, { extractable: true, ...options });
      privateKeys.set(kid, { key: pair.privateKey, alg });
      const jwk = Object.assign(await exportJWK(pair.publicKey), { kid, alg, use: 'sig' });
      if (isPublished) issuer.keys.push(jwk);
      return pair.privateKey;
    },
    async sign(kid, { claims = {}, header = {} } = {}) {
      const { key, alg } = privateKeys.get(kid) ?? {};
      if (!key || alg === undefined) throw new Error(`there is no key ${kid}`);
      const now = Math.floor(Date.now() / 1_000);
      const all = Object.assign({ iat: now, exp: now + 600 }, issuer.claims, claims);
      const present = Object.entries(all).filter(([, value]) => value !== undefined);
      return new SignJWT(Object.fromEntries(present))
        .setProtectedHeader(Object.assign({ alg, kid }, header))
        .sign(key);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((stopped) => server.close(stopped));
    },
  };
  return issuer;
}

function answer({ mood, keys }: IssuerServer, response: ServerResponse): void {
  if (mood === 'hangs') return;
  if (mood === 'fails') return void response.writeHead(500).end();
  if (mood === 'redirects')
    return void response.writeHead(302, { location: 'http://127.0.0.1:1/jwks.json' }).end();
  const body = mood === 'serves' ? JSON.stringify({ keys }) : mood.body;
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
}
