import { startOidcServer, type OidcServer } from '../servers/oidc-server.js';

const page = 'https://app.example.com/signed-in';

/** A provider for a system of tests, with the variables by which the system knows the provider. */
export async function startProvider(publicUrl = 'http://127.0.0.1:0'): Promise<{
  server: OidcServer;
  variables: Record<string, string>;
}> {
  const server = await startOidcServer(`${publicUrl}/v1/auth/sso/acme/callback`);
  const acme = {
    id: 'acme',
    issuer: server.issuer,
    client_id: server.clientId,
    client_secret: server.clientSecret,
    trusted_domains: ['example.com'],
    redirect_uris: [page],
  };
  const variables = { SSO_PROVIDERS: JSON.stringify([acme]), IDP_ALLOW_PRIVATE: 'true' };
  return { server, variables };
}

/** Signs in at the provider with a browser; answers the code for the tokens. */
export async function arriveBySso(baseUrl: string, server: OidcServer): Promise<string> {
  const begin = `/v1/auth/sso/acme/login?redirect_uri=${encodeURIComponent(page)}`;
  const start = await fetch(new URL(begin, baseUrl), { redirect: 'manual' });
  const [cookie = ''] = (start.headers.get('set-cookie') ?? '').split(';');
  const { pathname, search } = await server.visit(start.headers.get('location') ?? '');
  const end = await fetch(new URL(`${pathname}${search}`, baseUrl), {
    redirect: 'manual',
    headers: { cookie },
  });
  const [, code] = (end.headers.get('location') ?? '').split('#code=');
  if (code === undefined) throw new Error(`the sign-in ended in ${end.status}`);
  return code;
}
