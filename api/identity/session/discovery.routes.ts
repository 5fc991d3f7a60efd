import { Type, type Static } from 'typebox';
import { scopes } from '../../../workflows/identity/scope.contract.js';
import { anyone, route, type Route } from '../../route/route.js';
import { closedObject, status } from '../../route/schema.js';
import type { SigningKeys } from '../../authentication/signing-keys.js';
import { signingAlgorithm } from '../../authentication/verifying-keys.js';

const jwk = closedObject({
  kty: Type.Literal('EC'),
  crv: Type.Literal('P-256'),
  x: Type.String(),
  y: Type.String(),
  kid: Type.String(),
  alg: Type.Literal(signingAlgorithm),
  use: Type.Literal('sig'),
});
const jwks = closedObject({ keys: Type.Array(jwk, { maxItems: 200 }) });
const url = Type.String({ format: 'uri', examples: ['https://api.example.com'] });
const configuration = closedObject({
  issuer: url,
  jwks_uri: url,
  token_endpoint: url,
  scopes_supported: Type.Array(status(...scopes)),
  response_types_supported: Type.Array(Type.String(), {
    description: 'None: there is no authorization endpoint',
  }),
  subject_types_supported: Type.Array(status('public')),
  id_token_signing_alg_values_supported: Type.Array(Type.Literal(signingAlgorithm)),
  claims_supported: Type.Array(Type.String()),
});

const sessionTokenClaims = ['sub', 'principal_id', 'sid', 'epoch', 'iss', 'aud', 'exp', 'iat'];
/** Beside the claims of a session's token. */
const accountTokenClaims = ['tenantId', 'userId', 'role', 'buildingIds', 'scope', 'jti'];

/**
 * For services checking our tokens; the key set may be cached for as long as we cache keys
 * ourselves.
 */
const headers = { 'Cache-Control': 'public, max-age=600' };

export function createDiscoveryRoutes({
  keys,
  issuer,
}: {
  keys: SigningKeys;
  issuer: string;
}): Route[] {
  const readSigningKeys = route({
    method: 'get',
    path: '/.well-known/jwks.json',
    operationId: 'getSigningKeys',
    summary: 'The public keys that access tokens are signed with',
    tag: 'Identity',
    access: anyone(),
    limit: { exempt: 'whoever checks tokens asks for it, and it is kept in memory' },
    responses: { 200: jwks },
  }).handledBy(async () => ({
    status: 200,
    body: (await keys.jwks()) as Static<typeof jwks>,
    headers,
  }));

  const readOpenIdConfiguration = route({
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
      token_endpoint: `${issuer}/v1/auth/token`,
      scopes_supported: [...scopes],
      response_types_supported: [],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [signingAlgorithm],
      claims_supported: [...sessionTokenClaims, ...accountTokenClaims],
    },
    headers,
  }));

  return [readSigningKeys, readOpenIdConfiguration];
}
