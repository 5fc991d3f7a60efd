import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createOutboundHttp } from '../../../activities/shared/outbound-http.js';
import { createRemoteKeys, type RemoteKeys } from '../../../api/authentication/remote-keys.js';
import { startIssuerServer, type IssuerServer } from '../../support/servers/issuer-server.js';
import { eventually } from '../../support/timing/eventually.js';
import { codeOf } from '../identity-fixture.js';

const minute = 60_000;
const hour = 60 * minute;
const outbound = createOutboundHttp({
  allowsPrivate: true,
  timeoutMs: 300,
  maxAnswerBytes: 64 * 1024,
});
let server: IssuerServer;
let keys: RemoteKeys;
let now: number;
let outcomes: string[];

beforeEach(async () => {
  server = await startIssuerServer('0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f');
  await server.addKey('one');
  now = 0;
  outcomes = [];
  keys = createRemoteKeys({
    locate: async () => server.jwksUrl,
    outbound,
    onFetch: (outcome) => void outcomes.push(outcome),
    nowMs: () => now,
  });
});
afterEach(() => server.stop());

const find = (kid: string | undefined) => keys.find({ kid, alg: 'ES256' });
const many = <T>(work: () => Promise<T>) => Promise.all(Array.from({ length: 50 }, work));

describe('the keys of an issuer', () => {
  it('are fetched once, however many ask, and again when they are ten minutes old', async () => {
    await many(() => find('one'));
    now += 7 * minute;
    await many(() => find('one'));
    expect(server.fetches).toBe(1);
    now += 4 * minute;
    await many(() => find('one'));
    expect(server.fetches).toBe(2);
  });

  it('are renewed beside the requests before they are too old', async () => {
    await find('one');
    const version = keys.version();
    now += 9 * minute;
    expect(keys.version()).toBeUndefined();
    server.mood = 'hangs';
    expect(await find('one')).toBeDefined();
    await eventually(() => expect(server.fetches).toBe(2));
    expect(version).toBe(1);
  });

  it('have another version once they are others, and the same while they are the same', async () => {
    await find('one');
    now += 11 * minute;
    await find('one');
    expect(keys.version()).toBe(1);
    now += 11 * minute;
    server.keys.length = 0;
    await server.addKey('two');
    expect(await find('one')).toBeUndefined();
    expect(keys.version()).toBe(2);
    expect(await find('two')).toBeDefined();
  });

  it('are looked at once in half a minute for keys that nobody knows', async () => {
    await find('one');
    await many(() => find(`unknown-${Math.random()}`));
    expect(server.fetches).toBe(2);
    now += 29_000;
    await many(() => find('unknown'));
    expect(server.fetches).toBe(2);
    now += 2_000;
    await server.addKey('two');
    const together = await many(() => find('two'));
    expect(together.every((key) => key !== undefined)).toBe(true);
    expect(server.fetches).toBe(3);
  });

  it('are not looked for while the issuer fails, but at growing intervals', async () => {
    server.mood = 'fails';
    expect(new Set(await many(() => codeOf(find('one'))))).toEqual(
      new Set(['SERVICE_UNAVAILABLE']),
    );
    expect(server.fetches).toBe(1);
    const fetchedAt: number[] = [];
    for (let second = 0; second < 120; second += 1) {
      now += 1_000;
      const before = server.fetches;
      await codeOf(find('one'));
      if (server.fetches > before) fetchedAt.push(second + 1);
    }
    expect(fetchedAt).toEqual([1, 3, 7, 15, 31, 61, 91]);
    server.mood = 'serves';
    now += 30_000;
    expect(await find('one')).toBeDefined();
  });

  it.each([
    ['fails', 'fails'],
    ['hangs', 'hangs'],
    ['sends elsewhere', 'redirects'],
    ['is no JSON', { body: '<html>' }],
    ['is no set', { body: '[]' }],
    ['has no keys', { body: '{"keys":[]}' }],
    ['has no keys but numbers', { body: '{"keys":[1,null,"x",{}]}' }],
    ['is huge', { body: `{"keys":[],"x":"${'x'.repeat(100_000)}"}` }],
    ['has too many keys', { body: `{"keys":[${Array(101).fill('{"kty":"EC"}').join()}]}` }],
  ] as const)('count for a day while what the issuer answers %s', async (name, mood) => {
    await find('one');
    server.mood = mood;
    now += 20 * hour;
    expect(await find('one')).toBeDefined();
    await expect(keys.assertReachable()).rejects.toThrow();
    now += 5 * hour;
    expect(await codeOf(find('one'))).toBe('SERVICE_UNAVAILABLE');
    expect(new Set(outcomes)).toEqual(
      new Set([
        'fetched',
        typeof mood === 'string' || name === 'is huge' ? 'unreachable' : 'invalid',
      ]),
    );
    server.mood = 'serves';
    now += minute;
    expect(await find('one')).toBeDefined();
    await keys.assertReachable();
  });

  it('may be left unnamed by a token where one alone fits', async () => {
    expect(await find(undefined)).toBeDefined();
    await server.addKey('two');
    now += 11 * minute;
    expect(await find(undefined)).toBeUndefined();
    expect(await find('two')).toBeDefined();
  });
});

describe('a key that does not fit is not used:', () => {
  const changed = async (changes: object, alg: 'ES256' | 'RS256' | 'EdDSA' = 'ES256') => {
    server.keys.length = 0;
    await server.addKey('one', alg);
    Object.assign(server.keys[0] ?? {}, changes);
    return keys.find({ kid: 'one', alg });
  };
  it.each([
    ['another type', { kty: 'RSA' }],
    ['a type for secrets', { kty: 'oct', k: 'c2VjcmV0' }],
    ['another curve', { crv: 'P-384' }],
    ['another algorithm', { alg: 'ES384' }],
    ['for encryption', { use: 'enc' }],
    ['for signing alone', { key_ops: ['sign'] }],
    ['operations in a text', { key_ops: 'verify' }],
    ['off its curve', { x: 'AAAA' }],
  ])('%s', async (_name, changes) => {
    expect(await changed(changes)).toBeUndefined();
  });

  it('of RSA, of less than 2048 bits', async () => {
    const short = Buffer.alloc(255, 0xff).toString('base64url');
    const padded = Buffer.concat([Buffer.alloc(2), Buffer.alloc(255, 0xff)]).toString('base64url');
    const almost = Buffer.concat([Buffer.from([0x7f]), Buffer.alloc(255, 0xff)]);
    for (const n of [short, padded, almost.toString('base64url'), '', 7]) {
      keys = createRemoteKeys({ locate: async () => server.jwksUrl, outbound, nowMs: () => now });
      expect(await changed({ n }, 'RS256')).toBeUndefined();
    }
  });

  it.each(['ES256', 'RS256', 'EdDSA'] as const)('and one of %s that fits is', async (alg) => {
    expect(await changed({ key_ops: ['verify'] }, alg)).toBeDefined();
  });
});
