import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface Issuer {
  url: string;
  /** In the form of the variable TRUSTED_ISSUERS. */
  trust: string;
  /** A token of the company's own service, for the account. */
  token(accountId: string): Promise<string>;
  /** A token with the id of an unknown key. */
  forgedToken(accountId: string, kid: string): Promise<string>;
  close(): Promise<void>;
}

const kid = 'bench';
const audience = 'millrace-operations';

/** An issuer outside Millrace, with keys on loopback. */
export async function startIssuer(): Promise<Issuer> {
  const [ours, others] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
  const jwk = { ...(await exportJWK(ours.publicKey)), kid, alg: 'ES256', use: 'sig' };
  const server = createServer((_request, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const signed = (accountId: string, keyId: string, key: typeof ours.privateKey) =>
    new SignJWT({ tenantId: accountId, scope: 'water.read', role: 'MANAGER' })
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(url)
      .setAudience(audience)
      .setSubject('bench-service')
      .setIssuedAt()
      .setExpirationTime('12h')
      .sign(key);
  return {
    url,
    trust: JSON.stringify([{ issuer: url, jwks_url: `${url}/jwks.json`, audiences: [audience] }]),
    token: (accountId) => signed(accountId, kid, ours.privateKey),
    forgedToken: (accountId, keyId) => signed(accountId, keyId, others.privateKey),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
