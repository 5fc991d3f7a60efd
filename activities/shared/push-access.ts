import { importPKCS8, SignJWT } from 'jose';

/** The parts of Google's service account needed for sending. */
export interface ServiceAccount {
  project_id: string;
  client_email: string;
  private_key: string;
  private_key_id?: string | undefined;
  token_uri: string;
}

const scope = 'https://www.googleapis.com/auth/firebase.messaging';
const timeoutMs = 5_000;
/** A token is renewed so long before the end. */
const marginMs = 60_000;

/**
 * Access tokens of a service account (RFC 7523), each used until shortly before the end; concurrent
 * senders share a request.
 */
export function createPushAccess(account: ServiceAccount) {
  let current: { token: string; endsMs: number } | undefined;
  let coming: Promise<string> | undefined;

  async function renew(): Promise<string> {
    const key = await importPKCS8(account.private_key, 'RS256');
    const { client_email: email, token_uri: audience, private_key_id: kid } = account;
    const assertion = await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(kid === undefined ? {} : { kid }) })
      .setIssuer(email)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(key);
    const response = await fetch(audience, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion,
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer: unknown = await response.json().catch(() => undefined);
    const { access_token: token, expires_in: seconds } = Object(answer) as Record<string, unknown>;
    if (!response.ok || typeof token !== 'string' || typeof seconds !== 'number')
      throw Object.assign(new Error(`the token endpoint answered ${response.status}`), {
        code: `TOKEN_HTTP_${response.status}`,
      });
    current = { token, endsMs: performance.now() + seconds * 1_000 - marginMs };
    return token;
  }

  return {
    async token(): Promise<string> {
      if (current && performance.now() < current.endsMs) return current.token;
      coming ??= renew().finally(() => (coming = undefined));
      return coming;
    },
    /** The next request asks for another token. */
    forget(): void {
      current = undefined;
    },
  };
}
