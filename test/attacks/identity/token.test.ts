/** Tells of: signing-key.records. */
import { createHmac, randomUUID, webcrypto } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  decodeJwt,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  type JWK,
  type JWTPayload,
} from 'jose';
import { createSigningKeys } from '../../../api/authentication/signing-keys.js';
import { createSigningKeyRecords } from '../../../db/identity/credential/signing-key.records.js';
import { createIdentityApi, type IdentityApi } from '../../identity/identity-api.js';
import { attackChance, attackRounds, attackRun } from '../attack-rounds.js';

type Kind = 'session' | 'account';
/** The kinds are told apart by the header. */
const types = { session: 'JWT', account: 'at+jwt' } as const;
type Sign = (input: string) => Promise<Buffer>;

let api: IdentityApi;
/** Tokens of an admitted person and of somebody else, by their kinds. */
const tokens = new Map<Kind, { own: string; stranger: string }>();
/** Of the kind under trial: the token, its claims, and the stranger's. */
let kind: Kind;
let claims: JWTPayload;
let strangerClaims: JWTPayload;
let issued: string;
let kid: string;
let publicKey: { jwk: JWK; spki: string };
let byOurKey: Sign;
let foreign: { jwk: JWK; sign: Sign };

beforeAll(async () => {
  api = await createIdentityApi();
  const [own, stranger] = [await api.signUp(), await api.signUp()];
  tokens.set('session', { own: own.access_token, stranger: stranger.access_token });
  tokens.set('account', {
    own: await accountToken(own.access_token),
    stranger: await accountToken(stranger.access_token),
  });
  tryKind('session');
  const records = createSigningKeyRecords({
    database: api.database,
    sealKey: api.parts.signingSealKey,
  });
  const ours = await createSigningKeys(records).current();
  kid = ours.kid;
  publicKey = { jwk: ours.publicJwk, spki: await exportSPKI(ours.publicKey) };
  byOurKey = signerOf(ours.privateKey);
  const pair = await generateKeyPair('ES256', { extractable: true });
  foreign = { jwk: await exportJWK(pair.publicKey), sign: signerOf(pair.privateKey) };
});
afterAll(() => api.drop());

/** All that the person may have in the account. */
async function accountToken(session: string): Promise<string> {
  const bearer = `Bearer ${session}`;
  const { body: me } = await api.request.get('/v1/me').set('Authorization', bearer).expect(200);
  const { body } = await api.request
    .post('/v1/auth/token')
    .set('Authorization', bearer)
    .send({ account_id: me.org_memberships[0].org_principal_id })
    .expect(200);
  return body.access_token;
}

function tryKind(next: Kind): void {
  const { own = '', stranger = '' } = tokens.get(next) ?? {};
  kind = next;
  issued = own;
  [claims, strangerClaims] = [decodeJwt(own), decodeJwt(stranger)];
}

const signerOf =
  (key: webcrypto.CryptoKey, hash = 'SHA-256'): Sign =>
  async (input) =>
    Buffer.from(await webcrypto.subtle.sign({ name: 'ECDSA', hash }, key, Buffer.from(input)));
const hmacBy =
  (secret: string, hash = 'sha256'): Sign =>
  async (input) =>
    createHmac(hash, secret).update(input).digest();
const always =
  (signature: Buffer): Sign =>
  async () =>
    signature;

/** A part is an object, or the very text of the JSON. */
const encoded = (part: object | string): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
async function tokenOf(
  header: object | string,
  payload: object | string,
  sign: Sign,
): Promise<string> {
  const input = `${encoded(header)}.${encoded(payload)}`;
  return `${input}.${(await sign(input)).toString('base64url')}`;
}
const head = (more: object = {}): object =>
  Object.assign({ alg: 'ES256', typ: types[kind], kid }, more);
const withClaims = (more: object): object => Object.assign({}, claims, more);
const without = (claim: string): object =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => name !== claim));

const whoami = (token: string) =>
  api.request.get('/v1/auth/whoami').set('Authorization', `Bearer ${token}`);
async function oddAnswers(
  forgeries: Record<string, () => Promise<string> | string>,
): Promise<unknown[]> {
  const odd: unknown[] = [];
  for (const [name, forge] of Object.entries(forgeries)) {
    const { status, body } = await whoami(await forge());
    if (status !== 401 || body.error_code !== 'UNAUTHENTICATED') odd.push([name, status, body]);
  }
  return odd;
}
/** The three parts of an issued token. */
function partsOf(): [header: string, payload: string, signature: string] {
  const [header = '', payload = '', signature = ''] = issued.split('.');
  return [header, payload, signature];
}
/** The halves of the token's signature. */
function halves(): { r: Buffer; s: Buffer } {
  const signature = Buffer.from(partsOf()[2], 'base64url');
  return { r: signature.subarray(0, 32), s: signature.subarray(32) };
}

/** Without our key. */
const forgeries: Record<string, () => Promise<string> | string> = {
  'no algorithm': () => tokenOf({ alg: 'none', typ: 'JWT' }, claims, always(Buffer.alloc(0))),
  'no algorithm, in capitals': () =>
    tokenOf(head({ alg: 'NONE' }), claims, always(Buffer.alloc(0))),
  'no algorithm, in both': () => tokenOf(head({ alg: 'nOnE' }), claims, always(Buffer.alloc(0))),
  'an empty algorithm': () => tokenOf(head({ alg: '' }), claims, always(Buffer.alloc(0))),
  'no name of an algorithm': () => tokenOf({ typ: 'JWT', kid }, claims, foreign.sign),
  'two algorithms': () => tokenOf(head({ alg: ['ES256', 'none'] }), claims, foreign.sign),
  'the algorithm in lower case': () => tokenOf(head({ alg: 'es256' }), claims, byOurKey),
  'the public key in PEM as a secret': () =>
    tokenOf(head({ alg: 'HS256' }), claims, hmacBy(publicKey.spki)),
  'the public key in JSON as a secret': () =>
    tokenOf(head({ alg: 'HS256' }), claims, hmacBy(JSON.stringify(publicKey.jwk))),
  'the public coordinate as a secret': () =>
    tokenOf(head({ alg: 'HS256' }), claims, hmacBy(String(publicKey.jwk.x))),
  'the id of the key as a secret': () => tokenOf(head({ alg: 'HS256' }), claims, hmacBy(kid)),
  'an empty secret': () => tokenOf(head({ alg: 'HS512' }), claims, hmacBy('', 'sha512')),
  'a foreign key under our id': () => tokenOf(head(), claims, foreign.sign),
  'a foreign key under its own id': () => tokenOf(head({ kid: 'mine' }), claims, foreign.sign),
  'an id that is a path': () =>
    tokenOf(head({ kid: '../../../../dev/null', alg: 'HS256' }), claims, hmacBy('')),
  'an id that is SQL': () =>
    tokenOf(head({ kid: "x' union select 'key' --" }), claims, hmacBy('key')),
  'an id that is an address': () =>
    tokenOf(head({ kid: 'https://evil.example/key' }), claims, foreign.sign),
  'an id that is no text': () => tokenOf(head({ kid: { $ne: null } }), claims, foreign.sign),
  'an id of the prototype': () => tokenOf(head({ kid: '__proto__' }), claims, foreign.sign),
  'no id of a key': () => tokenOf({ alg: 'ES256', typ: 'JWT' }, claims, byOurKey),
  'its own key': () => tokenOf(head({ jwk: foreign.jwk }), claims, foreign.sign),
  'an address of keys': () =>
    tokenOf(head({ jku: 'https://evil.example/jwks.json' }), claims, foreign.sign),
  'an address of a certificate': () =>
    tokenOf(head({ x5u: 'https://evil.example/c.pem' }), claims, foreign.sign),
  'a certificate': () => tokenOf(head({ x5c: ['MIIBszCCAVmgAwIBAgI='] }), claims, foreign.sign),
  'a demand that nobody understands': () => tokenOf(head({ crit: ['x'], x: 1 }), claims, byOurKey),
  'a payload that is not encoded': async () => {
    const input = `${encoded(head({ b64: false, crit: ['b64'] }))}.${JSON.stringify(claims)}`;
    return `${input}.${(await byOurKey(input)).toString('base64url')}`;
  },
  'another curve': async () => {
    const { privateKey } = await generateKeyPair('ES384');
    return tokenOf(head({ alg: 'ES384' }), claims, signerOf(privateKey, 'SHA-384'));
  },
  'another curve under the name of ours': async () => {
    const { privateKey } = await generateKeyPair('ES384');
    return tokenOf(head(), claims, signerOf(privateKey, 'SHA-384'));
  },
  'zeros for a signature': () => tokenOf(head(), claims, always(Buffer.alloc(64))),
  'a zero r': () => tokenOf(head(), claims, always(Buffer.concat([Buffer.alloc(32), halves().s]))),
  'a zero s': () => tokenOf(head(), claims, always(Buffer.concat([halves().r, Buffer.alloc(32)]))),
  'the order of the curve twice': () => {
    const order = Buffer.from(
      'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
      'hex',
    );
    return tokenOf(head(), claims, always(Buffer.concat([order, order])));
  },
  'a signature of another form': () =>
    tokenOf(
      head(),
      claims,
      always(
        Buffer.concat([
          Buffer.from('30440220', 'hex'),
          halves().r,
          Buffer.from('0220', 'hex'),
          halves().s,
        ]),
      ),
    ),
  'half a signature': () => tokenOf(head(), claims, always(halves().r)),
  'no signature': () => `${partsOf().slice(0, 2).join('.')}.`,
  'a signature and more': () =>
    tokenOf(head(), claims, always(Buffer.concat([halves().r, halves().s, Buffer.alloc(1)]))),
  'the signature of another token': () =>
    tokenOf(head(), withClaims({ epoch: 2 }), always(Buffer.concat([halves().r, halves().s]))),
  'another payload': () => `${partsOf()[0]}.${encoded(strangerClaims)}.${partsOf()[2]}`,
  'another header': () => `${encoded(head({ typ: 'JWS' }))}.${partsOf().slice(1).join('.')}`,
  'two parts': () => partsOf().slice(0, 2).join('.'),
  'four parts': () => `${issued}.${partsOf()[2]}`,
  'five parts, as if encrypted': () =>
    `${encoded({ alg: 'dir', enc: 'A256GCM' })}..${partsOf().join('.')}`,
  'a part of no JSON': () => tokenOf(head(), 'not JSON', byOurKey),
  'a list of claims': () => tokenOf(head(), '[]', byOurKey),
  'a header of no JSON': () => tokenOf('{"alg":"ES256"', claims, byOurKey),
  'nothing between its dots': () => '..',
  'an RSA key under our id': async () => {
    const { privateKey } = await generateKeyPair('PS256');
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'PS256', typ: types[kind], kid })
      .sign(privateKey);
  },
  'an Edwards key under our id': async () => {
    const { privateKey } = await generateKeyPair('EdDSA');
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ: types[kind], kid })
      .sign(privateKey);
  },
  'our own key in the header': () => tokenOf(head({ jwk: publicKey.jwk }), claims, byOurKey),
  'our own address of keys': () =>
    tokenOf(head({ jku: `${claims.iss}/.well-known/jwks.json` }), claims, byOurKey),
  'a demand of nothing': () => tokenOf(head({ crit: [] }), claims, byOurKey),
  'a demand that is no list': () => tokenOf(head({ crit: 'exp' }), claims, byOurKey),
  'a demand to understand a claim': () =>
    tokenOf(head({ crit: ['exp'], exp: claims.exp }), claims, byOurKey),
  'a payload said to be compressed': () => tokenOf(head({ zip: 'DEF' }), claims, byOurKey),
  'a payload said to be a token': () => tokenOf(head({ cty: 'JWT' }), claims, byOurKey),
  'no kind': () => tokenOf({ alg: 'ES256', kid }, claims, byOurKey),
  'another kind': () => tokenOf(head({ typ: 'logout+jwt' }), claims, byOurKey),
  'a kind that is no text': () => tokenOf(head({ typ: ['JWT', 'at+jwt'] }), claims, byOurKey),
  'the header of the other kind': () =>
    tokenOf(head({ typ: kind === 'session' ? types.account : types.session }), claims, byOurKey),
  'the claims of the other kind': () =>
    tokenOf(
      head(),
      decodeJwt(tokens.get(kind === 'session' ? 'account' : 'session')?.own ?? ''),
      byOurKey,
    ),
  ...Object.fromEntries(
    (['header', 'payload', 'signature'] as const).flatMap((part, which) => {
      const changed = (change: (text: string) => string) => () =>
        partsOf()
          .map((text, index) => (index === which ? change(text) : text))
          .join('.');
      return [
        [`a padded ${part}`, changed((text) => `${text}=`)],
        [
          `a ${part} padded to four letters`,
          changed((text) => text.padEnd(4 * Math.ceil(text.length / 4) + 4, '=')),
        ],
        [`a letter more in the ${part}`, changed((text) => `${text}A`)],
        [
          `a foreign letter in the ${part}`,
          changed((text) => `${text.slice(0, 4)}~${text.slice(4)}`),
        ],
        [`other spare bits in the ${part}`, changed(withOtherSpareBits)],
      ];
    }),
  ),
};

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Another text of the same bytes; where no bit is spare, a text in the other alphabet. */
function withOtherSpareBits(text: string): string {
  const last = alphabet.indexOf(text.at(-1) ?? '');
  const other = text.slice(0, -1) + alphabet.charAt(last ^ 1);
  return text.length % 4 === 0 ? text.replace(/[-_]|.$/, '+') : other;
}

/** By our very key, and still not as issued. */
const now = () => Math.floor(Date.now() / 1_000);
const faults: Record<string, () => Promise<string> | string> = {
  'its time is over': () => tokenOf(head(), withClaims({ exp: now() - 1 }), byOurKey),
  'it never ends': () => tokenOf(head(), without('exp'), byOurKey),
  'its end is a text': () => tokenOf(head(), withClaims({ exp: '9999999999' }), byOurKey),
  'it does not count yet': () => tokenOf(head(), withClaims({ nbf: now() + 3_600 }), byOurKey),
  'another issued it': () => tokenOf(head(), withClaims({ iss: 'https://evil.example' }), byOurKey),
  'several issued it': () =>
    tokenOf(head(), withClaims({ iss: [claims.iss, 'https://evil.example'] }), byOurKey),
  'nobody issued it': () => tokenOf(head(), without('iss'), byOurKey),
  'it is for another': () => tokenOf(head(), withClaims({ aud: 'elsewhere' }), byOurKey),
  'it is for nobody': () => tokenOf(head(), without('aud'), byOurKey),
  'it is of nobody': () => tokenOf(head(), without('sub'), byOurKey),
  'it has no session': () => tokenOf(head(), without('sid'), byOurKey),
  'its session is nobody’s': () => tokenOf(head(), withClaims({ sid: randomUUID() }), byOurKey),
  'its session is no id': () => tokenOf(head(), withClaims({ sid: "' or true --" }), byOurKey),
  'its session is no text': () => tokenOf(head(), withClaims({ sid: { $ne: null } }), byOurKey),
  'it is of somebody else': () =>
    tokenOf(head(), withClaims({ sub: strangerClaims.sub }), byOurKey),
  'it is of no person': () => tokenOf(head(), withClaims({ sub: '__proto__' }), byOurKey),
  'its principal is somebody else': () =>
    tokenOf(head(), withClaims({ principal_id: strangerClaims['principal_id'] }), byOurKey),
  'its principal and person are somebody else': () =>
    tokenOf(
      head(),
      withClaims({ sub: strangerClaims.sub, principal_id: strangerClaims['principal_id'] }),
      byOurKey,
    ),
  'its session is a list': () => tokenOf(head(), withClaims({ sid: [claims['sid']] }), byOurKey),
  'its session is another’s': () =>
    tokenOf(head(), withClaims({ sid: strangerClaims['sid'] }), byOurKey),
  'it names no principal': () => tokenOf(head(), without('principal_id'), byOurKey),
  'its epoch is another': () => tokenOf(head(), withClaims({ epoch: 2 }), byOurKey),
  'its epoch is no number': () => tokenOf(head(), withClaims({ epoch: {} }), byOurKey),
  'a claim comes twice, the worse one last': () =>
    tokenOf(
      head(),
      `{"exp":9999999999,${JSON.stringify(withClaims({ exp: 1 })).slice(1)}`,
      byOurKey,
    ),
};

it.each<Kind>(['session', 'account'])(
  'a token of a(n) %s is good as it was issued, and when it is signed again',
  async (each) => {
    tryKind(each);
    await whoami(issued).expect(200);
    await whoami(await tokenOf(head(), claims, byOurKey)).expect(200);
  },
);

describe.each<Kind>(['session', 'account'])('a forged token of a(n) %s', (each) => {
  beforeAll(() => tryKind(each));

  it(`is refused: ${Object.keys(forgeries).length} ways`, async () => {
    expect(await oddAnswers(forgeries)).toEqual([]);
  });

  it('is refused also right after the true one was believed', async () => {
    await whoami(issued).expect(200);
    expect(await oddAnswers(forgeries)).toEqual([]);
  });

  it(`is refused whichever bit of it was changed (${attackRun})`, async () => {
    const chance = attackChance();
    for (let round = 0; round < 60 * attackRounds; round += 1) {
      const which = chance.below(3);
      const parts = partsOf();
      const bytes = Buffer.from(parts[which] ?? '', 'base64url');
      const index = chance.below(bytes.length);
      bytes.writeUInt8(bytes.readUInt8(index) ^ (1 << chance.below(8)), index);
      parts[which] = bytes.toString('base64url');
      expect([parts.join('.'), (await whoami(parts.join('.'))).status]).toEqual([
        parts.join('.'),
        401,
      ]);
    }
  });
});

describe('a token of ours', () => {
  beforeAll(() => tryKind('session'));

  it('is refused where its claims do not fit', async () => {
    // The session's standing, known by then, does not vouch for other claims.
    await whoami(issued).expect(200);
    expect(await oddAnswers(faults)).toEqual([]);
  });

  it('is refused for them also while its session is known, and takes nothing from the true one', async () => {
    await whoami(issued).expect(200);
    expect(await oddAnswers(faults)).toEqual([]);
    await whoami(issued).expect(200);
  });

  it.each([
    ['in a query', (path: string) => api.request.get(`${path}?access_token=${issued}`)],
    [
      'in a cookie',
      (path: string) => api.request.get(path).set('Cookie', `access_token=${issued}`),
    ],
    [
      'under another scheme',
      (path: string) => api.request.get(path).set('Authorization', `Basic ${issued}`),
    ],
    [
      'twice in its header',
      (path: string) => api.request.get(path).set('Authorization', `Bearer ${issued}, Bearer x`),
    ],
    [
      'with more behind it',
      (path: string) => api.request.get(path).set('Authorization', `Bearer ${issued} x`),
    ],
    [
      'of 10 KB',
      (path: string) => api.request.get(path).set('Authorization', `Bearer ${'a'.repeat(10_000)}`),
    ],
  ])('is not looked for %s', async (_name, ask) => {
    expect((await ask('/v1/me')).status).toBe(401);
  });
});

describe('an account token of ours', () => {
  beforeAll(() => tryKind('account'));

  const accountFaults: Record<string, () => Promise<string> | string> = Object.fromEntries(
    Object.entries({
      'its time is over': () => ({ exp: now() - 1 }),
      'it does not count yet': () => ({ nbf: now() + 3_600 }),
      'another issued it': () => ({ iss: 'https://evil.example' }),
      'it is for another audience, with this one’s scopes': () => ({ aud: 'operations' }),
      'it is for several audiences': () => ({ aud: ['api', 'operations'] }),
      'it is for nobody': () => ({ aud: undefined }),
      'it is for an audience that is not': () => ({ aud: 'elsewhere' }),
      'its account is another’s': () => ({ tenantId: strangerClaims['tenantId'] }),
      'its account is nobody’s': () => ({ tenantId: randomUUID() }),
      'its account is no id': () => ({ tenantId: "' or true --" }),
      'its account is a list': () => ({ tenantId: [claims['tenantId']] }),
      'it has no account': () => ({ tenantId: undefined }),
      'its role is lower than the person’s': () => ({ role: 'VIEWER' }),
      'its role is another audience’s': () => ({ role: 'TENANT_ADMIN' }),
      'its role is no text': () => ({ role: 7 }),
      'it has no role': () => ({ role: null }),
      'it has a scope of another audience': () => ({ scope: 'water.read ops:bins.read' }),
      'it has a scope that is not': () => ({ scope: 'water.read everything' }),
      'its scopes are a list': () => ({ scope: ['water.read'] }),
      'it has no scopes': () => ({ scope: undefined }),
      'its buildings are a text': () => ({ buildingIds: '*' }),
      'its buildings are not': () => ({ buildingIds: undefined }),
      'it names a building beside all': () => ({ buildingIds: ['*', randomUUID()] }),
      'it has no session': () => ({ sid: null }),
      'its session is another’s': () => ({ sid: strangerClaims['sid'] }),
      'its session is no id': () => ({ sid: 'x' }),
      'its user is another': () => ({ userId: strangerClaims['userId'] }),
      'its user is nobody': () => ({ userId: null }),
      'its principal is another': () => ({ principal_id: strangerClaims['principal_id'] }),
      'its subject is another': () => ({ sub: strangerClaims.sub }),
      'its epoch is another': () => ({ epoch: 2 }),
      'it was issued at no time': () => ({ iat: undefined }),
    }).map(([name, changes]) => [
      name,
      () => tokenOf(head(), JSON.stringify(withClaims(changes())), byOurKey),
    ]),
  );

  it(`is refused where its claims do not fit: ${Object.keys(accountFaults).length} ways`, async () => {
    await whoami(issued).expect(200);
    expect(await oddAnswers(accountFaults)).toEqual([]);
    await whoami(issued).expect(200);
  });
});
