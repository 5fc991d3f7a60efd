import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader, jwtVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { eventually } from '../../support/timing/eventually.js';
import mqtt from 'mqtt';
import { password, signIn, type Actor } from '../../support/people/actors.js';
import { createRawClient } from '../../support/http/http.js';
import { startTestSystem, type TestSystem } from '../../support/system/system.js';

let system: TestSystem;
let boss: Actor;
let person: Actor;
let call: ReturnType<typeof createRawClient>;
beforeAll(async () => {
  system = await startTestSystem({ SIGNING_KEY_PUBLISH_MS: '1' });
  boss = await system.platformAdmin();
  person = await system.signUp('person');
  call = createRawClient(system.url);
});
afterAll(() => system.stop());

const rotate = async (body: object = {}): Promise<string> => {
  const answer = await call('post', '/v1/internal/signing-keys/rotate', {
    token: boss.token,
    body,
  });
  expect(answer.status).toBe(200);
  return String(Object(answer.body).kid);
};
/** A process signs with a dropped key until the news of the drop; the news ends tokens signed since. */
const signBossIn = (kid: string) =>
  eventually(async () => {
    const actor = await signIn(system.client, boss.email);
    expect(kidOf(actor.token)).toBe(kid);
    boss = actor;
  });
interface Listed {
  kid: string;
  state: string;
  retire_at: string | null;
}
const list = async (): Promise<Listed[]> => {
  const answer = await call('get', '/v1/internal/signing-keys', { token: boss.token });
  expect(answer.status).toBe(200);
  return Object(answer.body).items as Listed[];
};
const me = async (token: string): Promise<number> =>
  (await call('get', '/v1/me', { token })).status;
const jwks = async (): Promise<JSONWebKeySet> =>
  (await call('get', '/.well-known/jwks.json')).body as JSONWebKeySet;
const kidOf = (token: string): string => String(decodeProtectedHeader(token).kid);

describe('another key', () => {
  it('takes over without ending anybody’s token, and checkers know it before it signs', async () => {
    const before = kidOf(person.token);
    await eventually(async () => {
      const next = await rotate();
      const published = (await jwks()).keys.map(({ kid }) => kid);
      expect(published).toEqual(expect.arrayContaining([before, next]));
      const { token } = await signIn(system.client, person.email);
      expect(kidOf(token)).not.toBe(before);
      await jwtVerify(token, createLocalJWKSet(await jwks()));
    });
    expect(await me(person.token)).toBe(200);
    const retiring = (await list()).find(({ kid }) => kid === before);
    expect(retiring).toMatchObject({ state: 'RETIRING', retire_at: expect.any(String) });
  });

  it('where keys may be known to somebody, is the only one within a second, and refreshing goes on', async () => {
    const { refresh_token: refreshToken, access_token: token } = await system.client.post<{
      refresh_token: string;
      access_token: string;
    }>('/v1/auth/login', { username: person.email, password });
    expect(await me(token)).toBe(200);
    const before = (await list()).map(({ kid }) => kid);
    const kid = await rotate({ compromised: true });
    const droppedAt = performance.now();
    await eventually(async () => expect(await me(token)).toBe(401));
    // A second, and time for a look and an answer on a busy machine.
    expect(performance.now() - droppedAt).toBeLessThan(3_000);
    expect(await me(person.token)).toBe(401);
    const published = (await jwks()).keys.map((key) => key.kid);
    expect(published).toContain(kid);
    expect(published.filter((each) => before.includes(String(each)))).toEqual([]);
    const renewed = await system.client.post<{ access_token: string }>('/v1/auth/refresh', {
      refresh_token: refreshToken,
    });
    expect(kidOf(renewed.access_token)).toBe(kid);
    expect(await me(renewed.access_token)).toBe(200);
    await signBossIn(kid);
    expect((await list()).map(({ state }) => state).sort()).toEqual(['CURRENT', 'NEXT']);
  });

  it('shows out who listens by a token of a key that was dropped', async () => {
    const connected = await eventually(async () => {
      // A process signs with a dropped key until the news of the drop.
      const { accountId, token } = await signIn(system.client, person.email);
      return mqtt.connectAsync(system.mqttUrl, {
        clientId: `${accountId}/listener`,
        username: accountId,
        password: token,
        reconnectPeriod: 0,
      });
    });
    const closed = new Promise<void>((resolve) => connected.once('close', () => resolve()));
    const kid = await rotate({ compromised: true });
    await closed;
    await signBossIn(kid);
  });

  it('is for platform admins to ask for, and the asking is in the audit log', async () => {
    const { token } = await signIn(system.client, person.email);
    for (const [method, path] of [
      ['get', '/v1/internal/signing-keys'],
      ['post', '/v1/internal/signing-keys/rotate'],
    ] as const)
      expect(
        (await call(method, path, { token, body: method === 'post' ? {} : undefined })).status,
      ).toBe(403);
    const { rows } = await system.admin.query(
      `select distinct subject_type from platform.audit_log where action = 'signing-key.rotate'`,
    );
    expect(rows).toEqual([{ subject_type: 'signing_key' }]);
    const kids = (await list()).map(({ kid }) => kid);
    const { rows: secrets } = await system.admin.query(
      `select encode(private_jwk_sealed, 'escape') like '%"d"%' as is_open from identity.signing_keys where kid = any ($1)`,
      [kids],
    );
    expect(secrets.every(({ is_open }) => is_open === false)).toBe(true);
  });
});
