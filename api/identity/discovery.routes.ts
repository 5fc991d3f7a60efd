import { Type, type Static } from 'typebox';
import { anyone, route, type Route } from '../shared/route.js';
import { object, status } from '../shared/schema.js';
import type { SigningKeys } from '../shared/signing-keys.js';
import { signingAlgorithm } from '../shared/verifying-keys.js';

const jwk = object({
  kty: Type.Literal('EC'),
  crv: Type.Literal('P-256'),
  x: Type.String(),
  y: Type.String(),
  kid: Type.String(),
  alg: Type.Literal(signingAlgorithm),
  use: Type.Literal('sig'),
});
const jwks = object({ keys: Type.Array(jwk, { maxItems: 20 }) });
const url = Type.String({ format: 'uri', examples: ['https://api.example.com'] });
const configuration = object({
  issuer: url,
  jwks_uri: url,
  token_endpoint: url,
  response_types_supported: Type.Array(Type.String()),
  subject_types_supported: Type.Array(status('public')),
  id_token_signing_alg_values_supported: Type.Array(Type.Literal(signingAlgorithm)),
  claims_supported: Type.Array(Type.String()),
});

/** For whoever checks our tokens elsewhere; they may keep the answer for as long as we keep the keys ourselves. */
const headers = { 'Cache-Control': 'public, max-age=600' };

export function createDiscoveryRoutes({ keys, issuer }: { keys: SigningKeys; issuer: string }): Route[] {
  return [
    route({
      method: 'get',
      path: '/.well-known/jwks.json',
      operationId: 'getSigningKeys',
      summary: 'The public keys that access tokens are signed with',
      tag: 'Identity',
      access: anyone(),
      limit: { exempt: 'whoever checks tokens asks for it, and it is kept in memory' },
      responses: { 200: jwks },
    }).handledBy(async () => ({ status: 200, body: (await keys.jwks()) as Static<typeof jwks>, headers })),

    route({
      method: 'get',
      path: '/.well-known/openid-configuration',
      operationId: 'getOpenIdConfiguration',
      summary: 'Where keys and tokens are',
      tag: 'Identity',
      access: anyone(),
      limit: { exempt: 'whoever checks tokens asks for it, and it is kept in memory' },
      responses: { 200: configuration },
    }).handledBy(async () => ({
      status: 200,
      body: {
        issuer,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        token_endpoint: `${issuer}/v1/auth/login`,
        response_types_supported: ['token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: [signingAlgorithm],
        claims_supported: ['sub', 'principal_id', 'sid', 'epoch', 'iss', 'aud', 'exp', 'iat'],
      },
      headers,
    })),
  ];
}
