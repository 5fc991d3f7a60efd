import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPair, exportJWK } from 'jose';

/** A person's claims at the provider. */
interface Person {
  sub: string;
  email?: string;
  email_verified?: boolean;
}

export interface OidcServer {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The person at the browser from now on; undefined refuses the sign-in. */
  person: Person | undefined;
  /**
   * Signs in and consents at the provider, as a browser; answers the address of the way back.
   */
  visit(authorizeUrl: string): Promise<URL>;
  stop(): Promise<void>;
}

/** The used parts of the package. */
interface ProviderPackage {
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
  interactionDetails(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<{ prompt: { name: string }; session?: { accountId: string }; params: object }>;
  interactionFinished(
    request: IncomingMessage,
    response: ServerResponse,
    result: object,
  ): Promise<void>;
  Grant: new (parties: object) => { addOIDCScope(scope: string): void; save(): Promise<string> };
}
type ProviderConstructor = new (issuer: string, configuration: object) => ProviderPackage;

const client = { clientId: 'millrace', clientSecret: 'a secret of the client at the provider' };

/** A certified OpenID provider, with a client at the addresses. */
export async function startOidcServer(...callbackUrls: string[]): Promise<OidcServer> {
  // The package has no types.
  const name: string = 'oidc-provider';
  const { default: Provider } = (await import(name)) as { default: ProviderConstructor };
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = Object.assign(await exportJWK(privateKey), { kid: 'at-the-provider', use: 'sig' });
  const handlers: { current?: (request: IncomingMessage, response: ServerResponse) => void } = {};
  const server = createServer((request, response) => handlers.current?.(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, Person>();

  const provider = new Provider(issuer, configurationOf({ callbackUrls, jwk, people }));

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, session } = await provider.interactionDetails(request, response);
    const { person } = oidc;
    if (!person) {
      const refusal = { error: 'access_denied' };
      return provider.interactionFinished(request, response, refusal);
    }
    people.set(person.sub, person);
    if (prompt.name === 'login') {
      const login = { accountId: person.sub, remember: false };
      return provider.interactionFinished(request, response, { login });
    }
    const { accountId } = session ?? { accountId: person.sub };
    const grant = new provider.Grant({ accountId, clientId: client.clientId });
    grant.addOIDCScope('openid email');
    const consent = { grantId: await grant.save() };
    return provider.interactionFinished(request, response, { consent });
  }

  const answer = provider.callback();
  handlers.current = (request, response) => {
    if (request.url?.startsWith('/interaction') === true)
      interact(request, response).catch(() => response.writeHead(500).end());
    else answer(request, response);
  };

  const oidc: OidcServer = {
    issuer,
    ...client,
    person: undefined,
    visit: (authorizeUrl) => visit(authorizeUrl, issuer),
    async stop() {
      server.closeAllConnections();
      await new Promise((stopped) => server.close(stopped));
    },
  };
  return oidc;
}

const maxHops = 12;

interface Known {
  callbackUrls: readonly string[];
  jwk: object;
  people: ReadonlyMap<string, Person>;
}

const configurationOf = ({ callbackUrls, jwk, people }: Known) => ({
  clients: [
    {
      client_id: client.clientId,
      client_secret: client.clientSecret,
      redirect_uris: callbackUrls,
      id_token_signed_response_alg: 'ES256',
    },
  ],
  jwks: { keys: [jwk] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  cookies: { keys: ['a key of the provider'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: () => '/interaction' },
  findAccount: (_context: unknown, id: string) => ({
    accountId: id,
    claims: () => people.get(id) ?? { sub: id },
  }),
});

/** Follows redirects with cookies, as a browser does, to the first address outside the provider. */
async function visit(authorizeUrl: string, issuer: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(authorizeUrl);
  for (let hop = 0; hop < maxHops; hop += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`the provider answered ${answer.status} at ${url.href}`);
    url = new URL(location, url);
    if (url.origin !== issuer) return url;
  }
  throw new Error('the provider sends the browser round and round');
}
