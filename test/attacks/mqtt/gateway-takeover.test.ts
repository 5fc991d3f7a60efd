import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type pg from 'pg';
import type { Authenticator } from '../../../api/route/caller.js';
import { startStandingWatch, type StandingWatch } from '../../../api/shared/standing-watch.js';
import { loadConfig } from '../../../config.js';
import { standingViews } from '../../../db/platform/standing.views.js';
import { signContext } from '../../../db/connection/context.js';
import {
  platformAccountId,
  createDatabase,
  createRolePool,
  type Database,
} from '../../../db/connection/database.js';
import { newId } from '../../../db/shared/id.js';
import { createListenerAuthenticator } from '../../../workers/gateway/listener-authenticator.js';
import { contextKey } from '../../../workers/process/context-key.js';
import { keysOfHolders, withKeysOf } from '../../../workers/process/process-keys.js';
import { eventually } from '../../support/timing/eventually.js';
import { ourSchemas } from '../../support/servers/schemas.js';
import { createIdentityApi, type IdentityApi } from '../../identity/identity-api.js';

const refused = '42501';
const whole = loadConfig({
  NODE_ENV: 'test',
  SECRET_KEY: 'a secret of the tests that is long enough to be one',
});
/**
 * The attacker inside the gateway's process holds the keys of the gateway and two roles of the
 * database.
 */
const keys = keysOfHolders.gateway.map((purpose) =>
  withKeysOf(whole, ['gateway']).deriveKey(purpose),
);
const roles = ['gateway', 'ingest'] as const;

let api: IdentityApi;
let pools: Record<(typeof roles)[number], pg.Pool>;
let database: Database;
let watch: StandingWatch;
let listeners: Authenticator;
/** A listener's token. */
let token: string;
let accountId: string;

beforeAll(async () => {
  api = await createIdentityApi();
  pools = {
    gateway: createRolePool(api.urls.gateway, { max: 1 }),
    ingest: createRolePool(api.urls.ingest, { max: 1 }),
  };
  database = createDatabase({ url: api.urls.gateway, poolMax: 1 });
  watch = startStandingWatch(
    standingViews(database.reads({ accountId: platformAccountId })),
    () => undefined,
  );
  listeners = createListenerAuthenticator({ database, issuer: api.parts.issuer, watch });
  token = (await api.signUp()).access_token;
  accountId = (await listeners.authenticate(token)).memberships[0]?.accountId ?? '';
});
afterAll(async () => {
  await watch.stop();
  await Promise.all([...Object.values(pools).map((pool) => pool.end()), database.close()]);
  await api.drop();
});

const outcomeOf = (pool: pg.Pool, text: string, values: unknown[] = []): Promise<string> =>
  pool.query(text, values).then(
    ({ rowCount }) => `${rowCount} rows`,
    (error: unknown) => (error as pg.DatabaseError).code ?? String(error),
  );
const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

describe('the gateway', () => {
  it('knows who listens by what it holds', async () => {
    expect(await listeners.authenticate(token)).toEqual(
      await api.authenticator.authenticate(token),
    );
    expect(accountId).not.toBe('');
  });

  it('hears that a session has ended', async () => {
    const { access_token: ending } = await api.signUp();
    await listeners.authenticate(ending);
    const { sid } = decodeJwt(ending);
    await api.admin.query(
      'update identity.user_sessions set revoked_at = now() where session_id = $1',
      [sid],
    );
    await eventually(async () => {
      await expect((async () => listeners.authenticate(ending))()).rejects.toMatchObject({
        type: 'UNAUTHENTICATED',
      });
    });
  });
});

describe('whoever has taken over the gateway', () => {
  it('reads no table but two, and of these public keys and ids', async () => {
    const { rows } = await api.admin.query<{ name: string; isView: boolean }>(`
      select c.oid::regclass::text as name, c.relkind = 'v' as "isView" from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in (${ourSchemas}) and c.relkind in ('r', 'p', 'v') and not c.relispartition order by 1`);
    const readable: string[] = [];
    for (const { name, isView } of rows) {
      if ((await outcomeOf(pools.gateway, `select from ${name} limit 1`)) !== refused)
        readable.push(name);
      for (const change of [
        `delete from ${name}`,
        `insert into ${name} default values`,
        ...(isView ? [] : [`truncate ${name}`]),
      ])
        expect([change, await outcomeOf(pools.gateway, change)]).toEqual([change, refused]);
    }
    expect(readable).toEqual(['identity.signing_keys', 'platform.standing_changes']);
    for (const name of readable)
      expect(await outcomeOf(pools.gateway, `select * from ${name}`)).toBe(refused);
  });

  it.each(roles)('becomes nobody else as %s', async (role) => {
    for (const other of ['app', 'relay', 'market', 'owner', 'audit', 'ingest', 'gateway'].filter(
      (name) => name !== role,
    ))
      expect([other, await outcomeOf(pools[role], `set role millrace_${other}`)]).toEqual([
        other,
        refused,
      ]);
  });

  it.each(roles)(
    'signs no context by its keys, and has nobody who looks at one, as %s',
    async (role) => {
      for (const ask of ['verified_context', 'current_account_id', 'current_principal_id'])
        expect([ask, await outcomeOf(pools[role], `select platform.${ask}()`)]).toEqual([
          ask,
          refused,
        ]);
      expect(await outcomeOf(pools[role], 'select key from platform.context_keys')).toBe(refused);
    },
  );

  it('signs no context that the application would believe', async () => {
    const app = createRolePool(api.urls.app, { max: 1 });
    const client = await app.connect();
    const believed = async (key: string): Promise<unknown> => {
      const { rows: own } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      const signed = signContext({ accountId }, own[0]?.pid ?? 0, key);
      await client.query("select set_config('millrace.context', $1, false)", [signed]);
      const { rows } = await client.query<{ id: unknown }>(
        'select platform.current_account_id() as id',
      );
      return rows[0]?.id;
    };
    for (const key of keys) await expect(believed(key)).rejects.toMatchObject({ code: 'MR002' });
    expect(await believed(api.contextKey)).toBe(accountId);
    client.release();
    await app.end();
    expect(() => contextKey(withKeysOf(whole, ['gateway']))).toThrow(
      'may not use the key for database context',
    );
  });

  it.each(roles)(
    'reads no private key, and puts none of its own beside ours, as %s',
    async (role) => {
      const made = `insert into identity.signing_keys (kid, algorithm, public_jwk, private_jwk_sealed) values ('mine', 'ES256', '{}', '')`;
      for (const attempt of [
        'select private_jwk_sealed from identity.signing_keys',
        `update identity.signing_keys set public_jwk = '{}'`,
        made,
      ])
        expect([attempt, await outcomeOf(pools[role], attempt)]).toEqual([attempt, refused]);
      expect(() => withKeysOf(whole, ['gateway']).deriveKey('signing keys')).toThrow('may not use');
    },
  );

  it('mints no access token', async () => {
    const { rows } = await pools.gateway.query<{ kid: string; jwk: object }>(
      'select k.kid, k.public_jwk as jwk from identity.signing_keys k',
    );
    const { kid = '', jwk = {} } = rows[0] ?? {};
    expect(kid).toBe(decodeProtectedHeader(token).kid);
    const input = `${encoded({ alg: 'HS256', typ: 'JWT', kid })}.${encoded(decodeJwt(token))}`;
    for (const key of [...keys, JSON.stringify(jwk)]) {
      const forged = `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
      await api.request.get('/v1/me').set('Authorization', `Bearer ${forged}`).expect(401);
    }
    await api.request.get('/v1/me').set('Authorization', `Bearer ${token}`).expect(200);
  });

  it('lists no sessions: it asks for one that it can name, of the principal that it can name', async () => {
    const { sid, principal_id: principalId } = decodeJwt(token);
    const ask = 'select * from identity.session_standing($1, $2)';
    expect(await outcomeOf(pools.gateway, ask, [sid, principalId])).toBe('1 rows');
    expect(await outcomeOf(pools.gateway, ask, [sid, newId()])).toBe('0 rows');
    expect(await outcomeOf(pools.gateway, ask, [null, null])).toBe('0 rows');
    expect(await outcomeOf(pools.ingest, ask, [sid, principalId])).toBe(refused);
  });

  it.each(roles)(
    'writes no entry of the audit log and no event of an account, as %s',
    async (role) => {
      const append =
        "select platform.append_audit('site.create', 'site', null, null, null, null, null)";
      expect(await outcomeOf(pools[role], append)).toBe(refused);
      const { rows } = await pools[role].query(`
      select p.proname from pg_proc p where p.proname like '%audit%' and p.pronamespace = 'platform'::regnamespace
        and has_function_privilege(p.oid, 'execute')`);
      expect(rows).toEqual([]);
      expect(() => withKeysOf(whole, ['gateway']).deriveKey('audit entries')).toThrow(
        'may not use',
      );
      const emit = `select platform.emit_account_events(array[$1::uuid], array[$2::uuid], array[null::uuid], array['x'], array['ORDER_DELIVERED'],
      array[1], array['order'], array['x'], array[now()], array[null::uuid], array[null::uuid], array['{}'::jsonb], null)`;
      expect(await outcomeOf(pools[role], emit, [newId(), accountId])).toBe(refused);
    },
  );

  it('tells of refusals, and of nothing else', async () => {
    const refusal = {
      refusal_id: newId(),
      kind: 'listener',
      subject_id: accountId,
      reason: 'BAD_CREDENTIALS',
      count: 1,
      first_at: new Date().toISOString(),
      last_at: new Date().toISOString(),
      address: '192.0.2.7',
    };
    const take = (changes: object) =>
      outcomeOf(pools.gateway, 'select devices.take_access_refusals($1)', [
        JSON.stringify([Object.assign({}, refusal, changes)]),
      ]);
    expect(await take({})).toBe('1 rows');
    const unfit = '23514';
    for (const changes of [
      { refusal_id: newId(), kind: 'order' },
      { refusal_id: newId(), reason: 'site.create' },
      { refusal_id: newId(), address: 'two\nlines' },
      { refusal_id: newId(), count: -1 },
    ])
      // Of an unknown kind there is nobody to tell.
      expect([changes, await take(changes)]).toEqual([
        changes,
        'kind' in changes ? '1 rows' : unfit,
      ]);
    const { rows } = await api.admin.query('select kind, reason from devices.access_refusals');
    expect(rows).toEqual([{ kind: 'listener', reason: 'BAD_CREDENTIALS' }]);
    expect(await outcomeOf(pools.ingest, "select devices.take_access_refusals('[]')")).toBe(
      refused,
    );

    const held = async (): Promise<number> => {
      const { rows: counted } = await api.admin.query(
        'select count(*)::int as count from devices.access_refusals',
      );
      return (counted[0] as { count: number }).count;
    };
    for (const [index, heldThen] of [2_000, 2_000].entries()) {
      const many = Array.from({ length: 2_500 + index }, () => ({
        ...refusal,
        refusal_id: newId(),
      }));
      await outcomeOf(pools.gateway, 'select devices.take_access_refusals($1)', [
        JSON.stringify(many),
      ]);
      // Beside the message from before.
      expect(await held()).toBe(heldThen + 1);
    }
  });
});
