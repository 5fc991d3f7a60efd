import { domainToASCII } from 'node:url';
import { createPrivateKey } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Type, type Static, type TSchema } from 'typebox';
import { isLoopbackHost } from './loopback.js';

/** Allowed signature algorithms of foreign tokens: only asymmetric algorithms. */
export const foreignAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;
export type ForeignAlgorithm = (typeof foreignAlgorithms)[number];

const closed = { additionalProperties: false } as const;
const text = Type.String({ minLength: 1, maxLength: 2_048 });
const uuid = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
});

const issuerList = Type.Array(
  Type.Object(
    {
      issuer: text,
      jwks_url: text,
      audiences: Type.Array(Type.Enum(['operations', 'building', 'extraction', 'learning']), {
        minItems: 1,
        maxItems: 4,
      }),
      algorithms: Type.Optional(
        Type.Array(Type.Enum([...foreignAlgorithms]), { minItems: 1, maxItems: 10 }),
      ),
      accounts: Type.Optional(Type.Array(uuid, { maxItems: 1_000 })),
    },
    closed,
  ),
  { maxItems: 50 },
);

const providerList = Type.Array(
  Type.Object(
    {
      id: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }),
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
      issuer: text,
      client_id: text,
      client_secret: text,
      trusted_domains: Type.Optional(Type.Array(text, { maxItems: 100 })),
      redirect_uris: Type.Optional(Type.Array(text, { maxItems: 100 })),
      trust_mfa: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
  { maxItems: 50 },
);

const firebaseAccount = Type.Object({
  client_email: text,
  private_key: Type.String({ minLength: 1, maxLength: 16_384 }),
});

/** An issuer of accepted tokens. */
export interface TrustedIssuer {
  issuer: string;
  jwksUrl: string;
  audiences: readonly string[];
  algorithms: readonly ForeignAlgorithm[];
  /** The accounts for the issuer's tokens; all when left out. */
  accounts?: readonly string[] | undefined;
}

/** An OpenID provider for sign-in. */
export interface SsoProvider {
  id: string;
  name: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Domains, as A-labels: the provider may vouch for verified addresses of the domains. */
  trustedDomains: readonly string[];
  redirectUris: readonly string[];
  /** Whether a sign-in there counts as a sign-in with a second factor. */
  trustsMfa: boolean;
}

/** A service account of Google's, for signing tokens for Firebase. */
export interface FirebaseAccount {
  clientEmail: string;
  privateKey: string;
}

export interface IssuerSettings {
  trustedIssuers: readonly TrustedIssuer[];
  ssoProviders: readonly SsoProvider[];
  firebaseAccount: FirebaseAccount | undefined;
}

interface IssuerVariables {
  TRUSTED_ISSUERS?: string | undefined;
  OPERATIONS_ISSUER?: string | undefined;
  OPERATIONS_JWKS_URL?: string | undefined;
  SSO_PROVIDERS?: string | undefined;
  FIREBASE_SERVICE_ACCOUNT?: string | undefined;
  IDP_ALLOW_PRIVATE: boolean;
}

const ajv = new Ajv2020({ allErrors: true, strict: false });

/** Reads the variables with JSON; each fault is a line beginning with the variable's name. */
export function readIssuerSettings(
  variables: IssuerVariables,
  publicUrl: string,
): IssuerSettings & { faults: string[] } {
  const faults: string[] = [];
  const { TRUSTED_ISSUERS, SSO_PROVIDERS, FIREBASE_SERVICE_ACCOUNT } = variables;
  const issuers = parsed('TRUSTED_ISSUERS', TRUSTED_ISSUERS, issuerList, faults) ?? [];
  const providers = parsed('SSO_PROVIDERS', SSO_PROVIDERS, providerList, faults) ?? [];
  const firebase = parsed(
    'FIREBASE_SERVICE_ACCOUNT',
    FIREBASE_SERVICE_ACCOUNT,
    firebaseAccount,
    faults,
  );
  if (firebase && !isRsaKey(firebase.private_key))
    faults.push('FIREBASE_SERVICE_ACCOUNT: private_key is no RSA key in PEM');
  const trustedIssuers = [...issuers.map(issuerOf), ...operationsIssuer(variables, faults)];
  const ssoProviders = providers.map(providerOf);
  const isReachable = (url: string) => isFetchable(url, variables.IDP_ALLOW_PRIVATE);
  for (const { issuer, jwksUrl } of trustedIssuers) {
    if (!isReachable(jwksUrl)) faults.push(`TRUSTED_ISSUERS: ${issuer}: jwks_url ${needsHttps}`);
    if (issuer === publicUrl) faults.push(`TRUSTED_ISSUERS: ${issuer}: is Millrace itself`);
  }
  for (const { id, issuer, redirectUris } of ssoProviders) {
    if (!isReachable(issuer)) faults.push(`SSO_PROVIDERS: ${id}: issuer ${needsHttps}`);
    for (const uri of redirectUris)
      if (!isRedirect(uri, variables.IDP_ALLOW_PRIVATE))
        faults.push(`SSO_PROVIDERS: ${id}: ${uri} is no address that people can be sent to`);
  }
  for (const twice of repeated(trustedIssuers.map(({ issuer }) => issuer)))
    faults.push(`TRUSTED_ISSUERS: ${twice} is there twice`);
  for (const twice of repeated(ssoProviders.map(({ id }) => id)))
    faults.push(`SSO_PROVIDERS: ${twice} is there twice`);
  return {
    trustedIssuers,
    ssoProviders,
    firebaseAccount: firebase && {
      clientEmail: firebase.client_email,
      privateKey: firebase.private_key,
    },
    faults,
  };
}

const needsHttps = 'must be an https address (http with IDP_ALLOW_PRIVATE alone)';

/** The value of a variable in JSON; undefined, with added faults, for a wrong value. */
function parsed<Schema extends TSchema>(
  name: string,
  json: string | undefined,
  schema: Schema,
  faults: string[],
): Static<Schema> | undefined {
  if (json === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    faults.push(`${name}: is not JSON`);
    return undefined;
  }
  const fits = ajv.compile(schema);
  if (fits(value)) return value as Static<Schema>;
  for (const { instancePath, message = 'is wrong', params } of fits.errors ?? [])
    faults.push(`${name}: ${placeOf(instancePath, params)}${message}`);
  return undefined;
}

function placeOf(path: string, params: Record<string, unknown>): string {
  const extra = params['additionalProperty'];
  const names = [...path.split('/').slice(1), ...(typeof extra === 'string' ? [extra] : [])];
  return names.length === 0 ? '' : `${names.join('.')} `;
}

const issuerOf = (entry: Static<typeof issuerList>[number]): TrustedIssuer => ({
  issuer: entry.issuer,
  jwksUrl: entry.jwks_url,
  audiences: entry.audiences,
  algorithms: entry.algorithms ?? foreignAlgorithms,
  accounts: entry.accounts,
});

const providerOf = (entry: Static<typeof providerList>[number]): SsoProvider => ({
  id: entry.id,
  name: entry.name ?? entry.id,
  issuer: entry.issuer,
  clientId: entry.client_id,
  clientSecret: entry.client_secret,
  trustedDomains: (entry.trusted_domains ?? []).map((domain) => domainToASCII(domain.trim())),
  redirectUris: entry.redirect_uris ?? [],
  trustsMfa: entry.trust_mfa ?? false,
});

function operationsIssuer(
  { OPERATIONS_ISSUER: issuer, OPERATIONS_JWKS_URL: jwksUrl }: IssuerVariables,
  faults: string[],
): TrustedIssuer[] {
  if (issuer === undefined && jwksUrl === undefined) return [];
  if (issuer === undefined || jwksUrl === undefined) {
    faults.push('OPERATIONS_ISSUER: goes with OPERATIONS_JWKS_URL, and without it says nothing');
    return [];
  }
  return [{ issuer, jwksUrl, audiences: ['operations'], algorithms: foreignAlgorithms }];
}

function isFetchable(url: string, allowsPrivate: boolean): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password, hash } = new URL(url);
  if (username !== '' || password !== '' || hash !== '') return false;
  return protocol === 'https:' || (allowsPrivate && protocol === 'http:');
}

/** A page by https, a page of the local machine, or an app by a private scheme (RFC 8252). */
function isRedirect(uri: string, allowsPrivate: boolean): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname, hash } = new URL(uri);
  if (hash !== '' || uri.includes('#')) return false;
  if (protocol === 'http:') return allowsPrivate && isLoopbackHost(hostname);
  return protocol === 'https:' || /^[a-z][a-z0-9+-]*\.[a-z0-9.+-]+:$/.test(protocol);
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

const repeated = (values: readonly string[]): string[] =>
  [...new Set(values)].filter((value) => values.indexOf(value) !== values.lastIndexOf(value));
