import { createHash } from 'node:crypto';
import { foreignAlgorithms, type SsoProvider } from '../../processes/issuer-settings.js';
import { asFailure, failure } from '../../workflows/shared/failure.js';
import { ForeignTokenRefused, verifyForeign } from './foreign-jws.js';
import { createRemoteKeys, type KeysFetch, type Outbound, type RemoteKeys } from './remote-keys.js';

/** Secrets of a single sign-in: only the provider's answer to the sign-in fits. */
interface FlowSecrets {
  nonce: string;
  /** Of PKCE. */
  verifier: string;
}

/** The signed-in person, as in the provider's token. */
interface OidcPerson {
  subject: string;
  email: unknown;
  isEmailVerified: boolean;
}

export interface OidcClient {
  /** The provider's page. Throws SSO_PROVIDER_UNAVAILABLE without metadata of the provider. */
  authorizeUrl(flow: FlowSecrets & { state: string }): Promise<string>;
  /**
   * Exchanges a provider's code. Throws SSO_TOKEN_INVALID for an invalid code or token,
   * SSO_PROVIDER_UNAVAILABLE for a provider without an answer, or with a wrong answer.
   */
  person(flow: FlowSecrets & { code: string; iss: string | undefined }): Promise<OidcPerson>;
}

interface OidcClientParts {
  provider: SsoProvider;
  /** The address for people on the way back. */
  callbackUrl: string;
  outbound: Outbound;
  onKeysFetch?: ((outcome: KeysFetch) => void) | undefined;
}

interface Metadata {
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userinfoEndpoint: string | undefined;
  jwksUri: string;
  takesSecretInBody: boolean;
  namesIssuer: boolean;
}

const metadataMs = 3_600_000;
/** Time after a failure in which nobody asks the provider again. */
const metadataRetryMs = 1_000;

/** A provider, and everything for asking the provider. */
interface Party {
  provider: SsoProvider;
  callbackUrl: string;
  outbound: Outbound;
  metadata: () => Promise<Metadata>;
  keys: RemoteKeys;
}

export function createOidcClient(parts: OidcClientParts): OidcClient {
  const { provider, callbackUrl, outbound, onKeysFetch } = parts;
  const { issuer } = provider;
  const metadata = createMetadata(issuer, outbound);
  const locate = async () => (await metadata()).jwksUri;
  const keys = createRemoteKeys({ locate, outbound, onFetch: onKeysFetch });
  const party: Party = { provider, callbackUrl, outbound, metadata, keys };

  return {
    async authorizeUrl({ state, nonce, verifier }) {
      const url = new URL((await metadata()).authorizationEndpoint);
      for (const [name, value] of Object.entries({
        response_type: 'code',
        client_id: provider.clientId,
        redirect_uri: callbackUrl,
        scope: 'openid email',
        state,
        nonce,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }))
        url.searchParams.set(name, value);
      return url.href;
    },

    async person({ code, iss, nonce, verifier }) {
      const { namesIssuer } = await metadata();
      // Another provider's answer under our address (RFC 9207).
      if (iss === undefined ? namesIssuer : iss !== issuer) throw failure('SSO_TOKEN_INVALID');
      const tokens = await exchangeCode(party, { code, verifier });
      const claims = await idTokenClaims(party, tokens['id_token'], nonce);
      const address = await addressClaims(party, claims, tokens['access_token']);
      const { email, email_verified: isEmailVerified } = address;
      return { subject: claims.sub, email, isEmailVerified: isEmailVerified === true };
    },
  };
}

async function exchangeCode(
  { provider: { clientId, clientSecret }, callbackUrl, outbound, metadata }: Party,
  { code, verifier }: { code: string; verifier: string },
): Promise<Record<string, unknown>> {
  const { tokenEndpoint, takesSecretInBody } = await metadata();
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: callbackUrl,
    code_verifier: verifier,
    ...(takesSecretInBody ? { client_id: clientId, client_secret: clientSecret } : {}),
  });
  const answer = await ask(outbound, {
    url: tokenEndpoint,
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(takesSecretInBody ? {} : { authorization: basic(clientId, clientSecret) }),
    },
    body: form.toString(),
  });
  if (answer.status === 200) return jsonOf(answer.body);
  // A wrong client id or secret of ours is no fault of the person.
  const isOurFault = jsonOf(answer.body)['error'] === 'invalid_client';
  if (answer.status === 400 && !isOurFault) throw failure('SSO_TOKEN_INVALID');
  throw unavailable();
}

/** The claims of a token for our client, about the sign-in of the nonce. */
async function idTokenClaims(
  { provider: { issuer, clientId }, keys }: Party,
  idToken: unknown,
  nonce: string,
) {
  if (typeof idToken !== 'string') throw failure('SSO_TOKEN_INVALID');
  const claims = await verifyForeign(idToken, {
    keys,
    algorithms: foreignAlgorithms,
    issuer,
    audience: clientId,
    requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
  }).catch(refuse);
  const { azp, aud, sub } = claims;
  const isForUs = azp === undefined ? !Array.isArray(aud) || aud.length === 1 : azp === clientId;
  if (!isForUs || claims['nonce'] !== nonce || !isSubject(sub)) throw failure('SSO_TOKEN_INVALID');
  return { ...claims, sub };
}

/** Some providers give the address only in exchange for the access token. */
async function addressClaims(
  { outbound, metadata }: Party,
  claims: Record<string, unknown>,
  accessToken: unknown,
): Promise<Record<string, unknown>> {
  const { userinfoEndpoint } = await metadata();
  if (claims['email'] !== undefined || userinfoEndpoint === undefined) return claims;
  if (typeof accessToken !== 'string' || !/^[\x21-\x7e]{1,8192}$/.test(accessToken)) return claims;
  const { status, body } = await ask(outbound, {
    url: userinfoEndpoint,
    method: 'GET',
    headers: { accept: 'application/json', authorization: `Bearer ${accessToken}` },
  });
  if (status !== 200) throw unavailable();
  const userinfo = jsonOf(body);
  if (userinfo['sub'] !== claims['sub']) throw failure('SSO_TOKEN_INVALID');
  return userinfo;
}

const unavailable = () => failure('SSO_PROVIDER_UNAVAILABLE');

function refuse(error: unknown): never {
  if (error instanceof ForeignTokenRefused) throw failure('SSO_TOKEN_INVALID');
  if (asFailure(error)?.code === 'SERVICE_UNAVAILABLE') throw unavailable();
  throw error;
}

/** A subject within OpenID's limit of length, and without control characters. */
const isSubject = (sub: unknown): sub is string =>
  typeof sub === 'string' && sub.length >= 1 && sub.length <= 255 && !/\p{Cc}/u.test(sub);

const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;

/** Without an answer, for any reason, the provider is unavailable. */
async function ask(
  outbound: Outbound,
  request: Parameters<Outbound['send']>[0],
): Promise<{ status: number; body: string }> {
  try {
    return await outbound.send(request);
  } catch {
    throw unavailable();
  }
}

function jsonOf(body: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(body)) as Record<string, unknown>;
  } catch {
    throw unavailable();
  }
}

/** A provider's metadata, for an hour; later the last metadata until the provider answers. */
function createMetadata(issuer: string, outbound: Outbound): () => Promise<Metadata> {
  let last: { metadata: Metadata; atMs: number } | undefined;
  let failedAtMs = -Infinity;
  let asking: Promise<Metadata> | undefined;

  async function discover(): Promise<Metadata> {
    try {
      const metadata = metadataIn(
        await ask(outbound, {
          url: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
          method: 'GET',
          headers: { accept: 'application/json' },
        }),
        issuer,
      );
      last = { metadata, atMs: performance.now() };
      return metadata;
    } catch (error) {
      failedAtMs = performance.now();
      if (last) return last.metadata;
      throw error;
    }
  }

  return async () => {
    if (last && performance.now() - last.atMs < metadataMs) return last.metadata;
    if (!asking && performance.now() - failedAtMs < metadataRetryMs) {
      if (last) return last.metadata;
      throw unavailable();
    }
    return (asking ??= discover().finally(() => (asking = undefined)));
  };
}

function metadataIn({ status, body }: { status: number; body: string }, issuer: string): Metadata {
  const fields = status === 200 ? jsonOf(body) : {};
  const {
    authorization_endpoint: authorizationEndpoint,
    token_endpoint: tokenEndpoint,
    userinfo_endpoint: userinfoEndpoint,
    jwks_uri: jwksUri,
    token_endpoint_auth_methods_supported: methods = ['client_secret_basic'],
  } = fields;
  // Metadata of another issuer would be another's word.
  if (fields['issuer'] !== issuer) throw unavailable();
  if (!isAddress(authorizationEndpoint) || !isAddress(tokenEndpoint) || !isAddress(jwksUri))
    throw unavailable();
  return {
    authorizationEndpoint,
    tokenEndpoint,
    userinfoEndpoint: isAddress(userinfoEndpoint) ? userinfoEndpoint : undefined,
    jwksUri,
    takesSecretInBody: Array.isArray(methods) && !methods.includes('client_secret_basic'),
    namesIssuer: fields['authorization_response_iss_parameter_supported'] === true,
  };
}

const isAddress = (value: unknown): value is string =>
  typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
