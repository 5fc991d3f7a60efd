import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../config.js';
import { ConfigError } from '../../processes/startup-failure.js';

const issuer = {
  issuer: 'https://login.example.com/',
  jwks_url: 'https://login.example.com/jwks.json',
  audiences: ['building'],
};
const provider = {
  id: 'acme',
  issuer: 'https://login.example.com',
  client_id: 'millrace',
  client_secret: 'a secret',
};
const load = (variables: Record<string, unknown>) =>
  loadConfig(
    Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
  );
const faultsOf = (variables: Record<string, unknown>): string => {
  try {
    load(variables);
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
};

describe('trusted issuers', () => {
  it('are none, one for operations in the short form, or a list, both at once', () => {
    expect(load({}).trustedIssuers).toEqual([]);
    const both = load({
      TRUSTED_ISSUERS: [{ ...issuer, algorithms: ['RS256'], accounts: [] }],
      OPERATIONS_ISSUER: 'https://ops.example.com',
      OPERATIONS_JWKS_URL: 'https://ops.example.com/keys',
    });
    expect(both.trustedIssuers).toEqual([
      {
        issuer: issuer.issuer,
        jwksUrl: issuer.jwks_url,
        audiences: ['building'],
        algorithms: ['RS256'],
        accounts: [],
      },
      {
        issuer: 'https://ops.example.com',
        jwksUrl: 'https://ops.example.com/keys',
        audiences: ['operations'],
        algorithms: expect.arrayContaining(['ES256', 'EdDSA', 'PS512']),
      },
    ]);
  });

  it.each([
    ['no JSON', '[{', 'TRUSTED_ISSUERS: is not JSON'],
    ['no list', {}, 'TRUSTED_ISSUERS: must be array'],
    ['the API’s audience', [{ ...issuer, audiences: ['api'] }], '0.audiences.0 must be equal'],
    ['no audience', [{ ...issuer, audiences: [] }], '0.audiences must NOT have fewer'],
    ['a secret’s algorithm', [{ ...issuer, algorithms: ['HS256'] }], '0.algorithms.0 must be'],
    ['an unknown field', [{ ...issuer, jwks_uri: 'x' }], '0.jwks_uri must NOT have additional'],
    ['http', [{ ...issuer, jwks_url: 'http://login.example.com/' }], 'must be an https address'],
    ['itself', [{ ...issuer, issuer: 'http://127.0.0.1:3000' }], 'is Millrace itself'],
    ['one twice', [issuer, issuer], 'https://login.example.com/ is there twice'],
    ['an account of no id', [{ ...issuer, accounts: ['x'] }], '0.accounts.0 must match pattern'],
  ])('end the start where there is %s', (_name, value, fault) => {
    expect(faultsOf({ TRUSTED_ISSUERS: value })).toContain(fault);
  });

  it('are whole in the short form', () => {
    expect(faultsOf({ OPERATIONS_ISSUER: 'x' })).toContain('goes with OPERATIONS_JWKS_URL');
  });

  it('may be on this machine in development, and not in production', () => {
    const local = [{ ...issuer, jwks_url: 'http://127.0.0.1:8080/jwks' }];
    expect(load({ TRUSTED_ISSUERS: local, IDP_ALLOW_PRIVATE: 'true' }).trustedIssuers).toHaveLength(
      1,
    );
    expect(
      faultsOf({
        NODE_ENV: 'production',
        SECRET_KEY: 'k'.repeat(43),
        IDP_ALLOW_PRIVATE: 'true',
      }),
    ).toContain('IDP_ALLOW_PRIVATE: is for development');
  });
});

describe('providers of sign-in', () => {
  it('have a name, domains in ASCII and pages, or none', () => {
    const trusted = { trusted_domains: ['Bücher.example'], redirect_uris: ['com.example.app:/in'] };
    const [plain, full] = load({
      SSO_PROVIDERS: [provider, { ...provider, ...trusted, id: 'other', name: 'Other' }],
    }).ssoProviders;
    expect(plain).toMatchObject({ name: 'acme', trustedDomains: [], redirectUris: [] });
    expect(plain?.trustsMfa).toBe(false);
    expect(full).toMatchObject({
      name: 'Other',
      trustedDomains: ['xn--bcher-kva.example'],
      redirectUris: ['com.example.app:/in'],
    });
  });

  it.each([
    ['no secret', [{ ...provider, client_secret: undefined }], "required property 'client_secret'"],
    ['an id that is no word', [{ ...provider, id: '../x' }], '0.id must match pattern'],
    [
      'http',
      [{ ...provider, issuer: 'http://login.example.com' }],
      'acme: issuer must be an https',
    ],
    [
      'a page of script',
      [{ ...provider, redirect_uris: ['javascript:alert(1)'] }],
      'javascript:alert(1) is no address',
    ],
    [
      'a page with a fragment',
      [{ ...provider, redirect_uris: ['https://app.example.com/#'] }],
      'is no address',
    ],
    ['one twice', [provider, provider], 'acme is there twice'],
  ])('end the start where there is %s', (_name, value, fault) => {
    expect(faultsOf({ SSO_PROVIDERS: value })).toContain(fault);
  });

  it('tell no secret in a fault', () => {
    const faults = faultsOf({ SSO_PROVIDERS: [{ ...provider, id: '!', client_secret: 'hidden' }] });
    expect(faults).not.toContain('hidden');
  });
});

describe('the service account of Firebase', () => {
  const pem = (type: 'rsa' | 'ed25519') =>
    (type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
      : generateKeyPairSync('ed25519')
    ).privateKey.export({ type: 'pkcs8', format: 'pem' });

  it('is one that can sign', () => {
    const account = { client_email: 'a@project.example', private_key: pem('rsa'), type: 'x' };
    expect(load({ FIREBASE_SERVICE_ACCOUNT: account }).firebaseAccount).toEqual({
      clientEmail: 'a@project.example',
      privateKey: account.private_key,
    });
    for (const key of [pem('ed25519'), 'no key'])
      expect(faultsOf({ FIREBASE_SERVICE_ACCOUNT: { ...account, private_key: key } })).toContain(
        'FIREBASE_SERVICE_ACCOUNT: private_key is no RSA key in PEM',
      );
  });
});
