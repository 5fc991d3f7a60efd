/** Tells of: api-key.records, api-key.store, api-key-use.records, api-key-end.reaction. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createApiKeyEndReaction } from '../../../workers/identity/api-key-end.reaction.js';
import { newId } from '../../../db/shared/id.js';
import { apiKeyRecords } from '../../../db/identity/credential/api-key.records.js';
import { transacted } from '../../support/servers/transacted.js';
import { eventually } from '../../support/timing/eventually.js';
import { makeSite, signIn, type Actor } from '../../support/people/actors.js';
import { codeOf, createRawClient, type RawAnswer } from '../../support/http/http.js';
import { codeOf as refusalOf } from '../identity-fixture.js';
import { startTestSystem, type TestSystem } from '../../support/system/system.js';

let system: TestSystem;
let owner: Actor;
let call: ReturnType<typeof createRawClient>;
beforeAll(async () => {
  system = await startTestSystem();
  call = createRawClient(system.url);
});
beforeEach(async () => {
  owner = await system.signUp('owner');
});
afterAll(() => system.stop());

interface Key {
  api_key_id: string;
  key: string;
  prefix: string;
  expires_at: string;
}
const keysOf = ({ accountId }: Actor) => `/v1/accounts/${accountId}/api-keys`;
const sitesOf = ({ accountId }: Actor) => `/v1/accounts/${accountId}/sites`;
const make = (body: object, headers = {}): Promise<RawAnswer> =>
  call('post', keysOf(owner), { token: owner.token, body, headers });
async function aKey(scopes = ['water.read']): Promise<Key> {
  const answer = await make({ name: 'Export', scopes });
  expect(answer.status).toBe(201);
  return answer.body as Key;
}
const withKey = (key: string, method: string, path: string, body?: object): Promise<RawAnswer> =>
  call(method, path, { headers: { 'x-api-key': key }, body });
const list = async (): Promise<Record<string, unknown>[]> =>
  Object((await call('get', keysOf(owner), { token: owner.token })).body).items;
const detailsOf = ({ body }: RawAnswer): unknown => Object(body).details;
const opens = async (key: string): Promise<number> =>
  (await withKey(key, 'get', sitesOf(owner))).status;
/** A second, and time for a look and an answer on a busy machine. */
async function soonRefused(key: string): Promise<void> {
  const startedAt = performance.now();
  await eventually(async () => expect(await opens(key)).toBe(401));
  expect(performance.now() - startedAt).toBeLessThan(3_000);
}
const makerUserId = async (): Promise<string> => {
  const { rows } = await system.admin.query('select user_id from identity.users where email = $1', [
    owner.email,
  ]);
  return rows[0].user_id;
};
const setStatus = (status: string) =>
  system.admin.query('update identity.users set status = $2 where email = $1', [
    owner.email,
    status,
  ]);
/** As the relay hands an event over. */
const react = async (type: string, payload: object, eventId = newId()): Promise<void> => {
  const { on } = createApiKeyEndReaction(system.resources);
  await on[type]?.({ eventId, payload } as never);
};
const revokedEvents = async (apiKeyId: string): Promise<number> => {
  const { rows } = await system.admin.query(
    `select count(*)::int as n from platform.events where event_type = 'API_KEY_REVOKED' and subject_id = $1`,
    [apiKeyId],
  );
  return rows[0].n;
};

describe('an API key', () => {
  it('reaches the routes of its scopes in its account, and nothing else', async () => {
    const siteId = await makeSite(owner);
    const { key } = await aKey(['water.read']);
    expect(await opens(key)).toBe(200);
    const write = await withKey(key, 'post', sitesOf(owner), { name: 'Another' });
    expect([write.status, detailsOf(write)]).toEqual([
      403,
      { org_id: owner.accountId, missing_scopes: ['water.write'] },
    ]);
    const webhooks = await withKey(key, 'get', `/v1/accounts/${owner.accountId}/webhooks`);
    expect([webhooks.status, Object(detailsOf(webhooks)).missing_scopes]).toEqual([
      403,
      ['webhooks.read'],
    ]);
    const other = await system.signUp('other');
    expect((await withKey(key, 'get', sitesOf(other))).status).toBe(403);
    for (const path of ['/v1/me', keysOf(owner), '/v1/internal/signing-keys'])
      expect([path, (await withKey(key, 'get', path)).status]).toEqual([path, 403]);
    expect((await withKey(key, 'get', `/v1/sites/${siteId}`)).status).toBe(
      (await call('get', `/v1/sites/${siteId}`, { token: owner.token })).status,
    );
  });

  it('says what it stands for, and writes as itself', async () => {
    const { key, expires_at: expiresAt } = await aKey(['water.write']);
    const who = await withKey(key, 'get', '/v1/auth/whoami');
    expect(who.body).toMatchObject({
      kind: 'API_KEY',
      user_id: null,
      account_id: owner.accountId,
      scopes: ['water.write'],
      audience: null,
      expires_at: expiresAt,
    });
    expect((await withKey(key, 'post', sitesOf(owner), { name: 'By a key' })).status).toBe(201);
    const { rows } = await system.admin.query(
      `select p.kind from platform.audit_log a join identity.principals p using (principal_id)
       where a.account_id = $1 and a.action = 'site.create' order by a.seq desc limit 1`,
      [owner.accountId],
    );
    expect(rows).toEqual([{ kind: 'SERVICE' }]);
  });

  it('is not shown again, and is nowhere in the database', async () => {
    const idempotencyKey = randomUUID();
    const body = { name: 'Once', scopes: ['water.read'] };
    const first = await make(body, { 'idempotency-key': idempotencyKey });
    const again = await make(body, { 'idempotency-key': idempotencyKey });
    expect(again.body).toEqual(first.body);
    const { key, prefix } = first.body as Key;
    const [listed] = await list();
    expect(listed).toMatchObject({ prefix, name: 'Once', last_used_at: null, revoked_at: null });
    expect(JSON.stringify(listed)).not.toContain(key);
    const secret = key.split('_').slice(2).join('_');
    for (const table of [
      'identity.api_keys',
      'platform.events',
      'platform.audit_log',
      'platform.idempotency_keys',
    ]) {
      const { rows } = await system.admin.query(
        `select count(*)::int as n from ${table} t where t::text like '%' || $1 || '%'
           or t::text like '%' || encode($1::bytea, 'hex') || '%'`,
        [secret],
      );
      expect([table, rows[0].n]).toEqual([table, 0]);
    }
  });

  it('is refused beside an access token, and where it is none', async () => {
    const { key } = await aKey();
    const both = await call('get', sitesOf(owner), {
      token: owner.token,
      headers: { 'x-api-key': key },
    });
    expect(codeOf(both)).toBe('400 AMBIGUOUS_CREDENTIALS');
    const turned = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
    for (const forged of [turned, key.slice(0, -1), `${key}A`, key.toUpperCase(), 'mr_', 'x', ` `])
      expect([forged, codeOf(await withKey(forged, 'get', sitesOf(owner)))]).toEqual([
        forged,
        '401 UNAUTHENTICATED',
      ]);
    expect((await call('get', sitesOf(owner), { token: key })).status).toBe(401);
  });

  it('is good for 90 days, or as long as is said, a year at most', async () => {
    const { expires_at: end } = await aKey();
    expect(Math.round((Date.parse(end) - Date.now()) / 86_400_000)).toBe(90);
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const within = (expires_at: string) => make({ name: 'x', scopes: ['water.read'], expires_at });
    expect((await within(inDays(364.9))).status).toBe(201);
    for (const wrong of [inDays(-0.001), inDays(365.1), '2026-02-30T00:00:00Z'])
      expect(codeOf(await within(wrong))).toBe('422 VALIDATION_ERROR');
    const { key, api_key_id: id } = await aKey();
    expect(await opens(key)).toBe(200);
    await system.admin.query(
      `update identity.api_keys set expires_at = now(), revoked_at = null where api_key_id = $1`,
      [id],
    );
    await soonRefused(key);
  });

  it('names known scopes, once each, and a line for a name', async () => {
    for (const wrong of [
      { name: 'x', scopes: [] },
      { name: 'x', scopes: ['water.admin'] },
      { name: 'x', scopes: ['water.read', 'water.read'] },
      { name: '', scopes: ['water.read'] },
      { name: 'a\u0000b', scopes: ['water.read'] },
      { name: 'a\u202eb', scopes: ['water.read'] },
      { name: 'x'.repeat(101), scopes: ['water.read'] },
      { scopes: ['water.read'] },
      { name: 'x', scopes: ['water.read'], role: 'OWNER' },
    ])
      expect(codeOf(await make(wrong))).toBe('422 VALIDATION_ERROR');
    expect(await list()).toEqual([]);
  });

  it('is one of fifty at most, also when many are made at once', async () => {
    for (let count = 0; count < 45; count += 9)
      await Promise.all(Array.from({ length: 9 }, () => aKey()));
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => make({ name: 'x', scopes: ['water.read'] })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array.from({ length: 5 }, () => 201),
      ...Array.from({ length: 5 }, () => 409),
    ]);
    expect(answers.map(codeOf)).toContain('409 API_KEY_LIMIT_REACHED');
    const [newest] = await list();
    const one = `${keysOf(owner)}/${String(newest?.['api_key_id'])}`;
    expect((await call('delete', one, { token: owner.token })).status).toBe(204);
    await aKey();
  });

  it('is made by owners and admins, and has no scope that its maker lacks', async () => {
    const member = await system.signUp('member');
    const answer = await call('post', keysOf(owner), { token: member.token, body: {} });
    expect(answer.status).toBe(403);
    const { rows } = await system.admin.query<{ principal_id: string }>(
      'select principal_id from identity.users where email = $1',
      [member.email],
    );
    const principalId = String(rows[0]?.principal_id);
    const records = transacted(
      system.database,
      { accountId: owner.accountId, principalId },
      apiKeyRecords,
    );
    const wanted = { name: 'x', scopes: ['water.read', 'water.write'] } as const;
    expect(await refusalOf(records.create(wanted))).toBe('FORBIDDEN');
    await system.admin.query(
      `insert into identity.access_grants (account_id, principal_id, resource_type, resource_id, role)
       values ($1, $2, 'account', $1, 'VIEWER')`,
      [owner.accountId, principalId],
    );
    expect(await refusalOf(records.create(wanted))).toBe('FORBIDDEN');
    await expect(records.create({ name: 'x', scopes: ['water.read'] })).resolves.toMatchObject({
      scopes: ['water.read'],
    });
  });

  it('opens nothing within a second of its revocation, which is told once', async () => {
    const { key, api_key_id: id } = await aKey();
    expect(await opens(key)).toBe(200);
    const revoke = () => call('delete', `${keysOf(owner)}/${id}`, { token: owner.token });
    expect((await revoke()).status).toBe(204);
    await soonRefused(key);
    expect((await revoke()).status).toBe(204);
    expect(await revokedEvents(id)).toBe(1);
    expect((await list())[0]).toMatchObject({ revoked_at: expect.any(String) });
    const other = await system.signUp('other');
    const foreign = `${keysOf(other)}/${id}`;
    expect((await call('delete', foreign, { token: other.token })).status).toBe(404);
  });

  it('has the last minute of its use in the list, written once a minute', async () => {
    const { key, api_key_id: id } = await aKey();
    const usedAt = async (): Promise<unknown> => (await list())[0]?.['last_used_at'];
    await Promise.all(Array.from({ length: 5 }, () => opens(key)));
    const first = await eventually(async () => {
      const firstUse = await usedAt();
      expect(firstUse).toEqual(expect.any(String));
      return firstUse;
    });
    const { rows } = await system.admin.query(
      `select xmin::text as version from identity.api_keys where api_key_id = $1`,
      [id],
    );
    await Promise.all(Array.from({ length: 5 }, () => opens(key)));
    expect(await usedAt()).toBe(first);
    const { rows: later } = await system.admin.query(
      `select xmin::text as version from identity.api_keys where api_key_id = $1`,
      [id],
    );
    expect(later).toEqual(rows);
  });

  it('is exchanged for a token of one audience, which ends with it', async () => {
    const { key, api_key_id: id } = await aKey(['ops:bins.read', 'water.read']);
    const exchange = (body: object) =>
      withKey(key, 'post', '/v1/auth/token', { account_id: owner.accountId, ...body });
    const answer = await exchange({});
    expect(answer.status).toBe(200);
    const token = String(Object(answer.body).access_token);
    expect((await call('get', sitesOf(owner), { token })).status).toBe(200);
    expect((await exchange({ audience: 'operations' })).body).toMatchObject({
      scope: 'ops:bins.read',
    });
    const beyond = await exchange({ scope: 'water.write' });
    expect([beyond.status, Object(detailsOf(beyond)).missing_scopes]).toEqual([
      403,
      ['water.write'],
    ]);
    await call('delete', `${keysOf(owner)}/${id}`, { token: owner.token });
    const startedAt = performance.now();
    await eventually(async () =>
      expect((await call('get', sitesOf(owner), { token })).status).toBe(401),
    );
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});

describe('the key of somebody', () => {
  it('who is locked rests, and works again once they are not', async () => {
    const { key } = await aKey();
    expect(await opens(key)).toBe(200);
    await setStatus('LOCKED');
    await soonRefused(key);
    await setStatus('ACTIVE');
    await eventually(async () => expect(await opens(key)).toBe(200));
  });

  it('who is disabled ends, and does not come back with them', async () => {
    const { key, api_key_id: id } = await aKey();
    expect(await opens(key)).toBe(200);
    await setStatus('DISABLED');
    await soonRefused(key);
    const disabling = { user_id: await makerUserId(), from: 'ACTIVE', to: 'DISABLED' };
    const eventId = newId();
    await react('USER_STATUS_CHANGED', disabling, eventId);
    await react('USER_STATUS_CHANGED', disabling, eventId);
    await setStatus('ACTIVE');
    owner = await signIn(system.client, owner.email);
    expect(await opens(key)).toBe(401);
    expect(await revokedEvents(id)).toBe(1);
    const { key: later } = await aKey();
    await react('USER_STATUS_CHANGED', disabling, eventId);
    expect(await opens(later)).toBe(200);
  });

  it('who leaves the account ends, and a lesser role of theirs lessens it', async () => {
    const { key, api_key_id: id } = await aKey(['water.read', 'webhooks.write']);
    const webhooks = async () =>
      (await withKey(key, 'get', `/v1/accounts/${owner.accountId}/webhooks`)).status;
    const setRole = (role: string) =>
      system.admin.query(`update identity.access_grants set role = $2 where account_id = $1`, [
        owner.accountId,
        role,
      ]);
    expect(await webhooks()).toBe(200);
    await setRole('VIEWER');
    await eventually(async () =>
      expect((await withKey(key, 'post', sitesOf(owner), { name: 'x' })).status).toBe(403),
    );
    await eventually(async () => expect(await webhooks()).toBe(403));
    const { rows } = await system.admin.query(
      'delete from identity.access_grants where account_id = $1 returning *',
      [owner.accountId],
    );
    await soonRefused(key);
    await react('ORG_MEMBERSHIP_CHANGED', {
      account_id: owner.accountId,
      principal_id: rows[0].principal_id,
      role: null,
    });
    expect(await revokedEvents(id)).toBe(1);
  });
});
