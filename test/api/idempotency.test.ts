/** Tells of: request.records, request-purge.store. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import fc from 'fast-check';
import request from 'supertest';
import { Type } from 'typebox';
import { createApi, type Api } from '../../api/server.js';
import { etag } from '../../api/shared/etag.js';
import { member, route } from '../../api/route/route.js';
import type { Caller } from '../../api/route/caller.js';
import { closedObject, uuid } from '../../api/route/schema.js';
import { purgeRequests } from '../../db/platform/request-purge.store.js';
import { createRolePool, roleScope } from '../../db/connection/database.js';
import { newId } from '../../db/shared/id.js';
import { siteRecords } from '../../db/water/site.records.js';
import { failure } from '../../workflows/shared/failure.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { requestMemory } from '../support/http/requests.js';

let test: TestDatabase;
let callback: Api['callback'];
let agent: ReturnType<typeof request>;
/** The handler's work after the write, before the answer. */
let then: () => Promise<void> = async () => undefined;
let isRequired: ReturnType<typeof request>;
const principalId = newId();
const [account, other] = [newId(), newId()];

const body = closedObject({ name: Type.String(), note: Type.Optional(Type.String()) });
const answer = closedObject({
  site_id: uuid,
  name: Type.String(),
  at: Type.String(),
  etag: Type.String(),
});
const siteRoute = (idempotency: 'optional' | 'required') =>
  route({
    method: 'post',
    path: '/v1/accounts/:account_id/sites',
    summary: 'A sample',
    tag: 'Samples',
    access: member(),
    audit: { action: 'site.create', subject: 'site' },
    idempotency,
    body,
    responses: { 201: answer },
    errors: ['CONFLICT'],
  }).handledBy(async ({ scope, body: { name } }) => {
    const siteId = await siteRecords(scope).create({ name });
    await then();
    const stamp = String(process.hrtime.bigint());
    return {
      status: 201,
      body: { site_id: siteId, name, at: stamp, etag: etag(1) },
      headers: { Location: `/v1/sites/${siteId}` },
    };
  });

beforeAll(async () => {
  test = await createTestDatabase();
  const memberships = [account, other].map((accountId) => ({ accountId, role: 'OWNER' as const }));
  const caller: Caller = {
    kind: 'SESSION',
    userId: principalId,
    principalId,
    sessionId: principalId,
    isPlatformAdmin: false,
    isSupport: false,
    memberships,
    grants: [],
  };
  const api = (idempotency: 'optional' | 'required') =>
    createApi({
      settings: {
        isProduction: false,
        publicUrl: 'http://127.0.0.1',
        version: { version: '0.1.0' },
        hasDocs: false,
      },
      database: test.database,
      requests: requestMemory(),
      authenticator: { authenticate: async () => caller },
      routes: [siteRoute(idempotency)],
      resources: {},
      readyChecks: [],
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
  callback = api('optional').callback;
  agent = request(callback);
  isRequired = request(api('required').callback);
});
beforeEach(() => {
  then = async () => undefined;
});
afterAll(() => test.drop());

const post = (
  key: string | undefined,
  sent: object = { name: 'Depot' },
  of = account,
  by = agent,
) => {
  const asked = by.post(`/v1/accounts/${of}/sites`).set('Authorization', 'Bearer any').send(sent);
  return key === undefined ? asked : asked.set('Idempotency-Key', key);
};
const effects = async (name: string) => {
  const { rows } = await test.admin.query(
    `select (select count(*)::int from water.sites where name = $1) as sites,
       (select count(*)::int from platform.audit_log a join water.sites s on s.site_id::text = a.subject_id
        where s.name = $1 and a.action = 'site.create') as entries,
       (select count(*)::int from platform.events e join water.sites s on s.site_id::text = e.subject_id
        where s.name = $1) as events`,
    [name],
  );
  return rows[0];
};
const once = { sites: 1, entries: 1, events: 1 };

describe('the same key again', () => {
  it('answers the very bytes and headers of the first answer, and does nothing again', async () => {
    const first = await post('"key-1"', { name: 'first' }).expect(201);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    for (const key of ['"key-1"', 'key-1', ' "key-1" ']) {
      const again = await post(key, { name: 'first' })
        .expect(201)
        .expect('Idempotency-Replayed', 'true');
      expect(again.text).toBe(first.text);
      for (const name of ['location', 'etag', 'content-type', 'content-length', 'cache-control'])
        expect([name, again.headers[name]]).toEqual([name, first.headers[name]]);
      expect(again.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
    }
    expect(await effects('first')).toEqual(once);
  });

  it('is another key for another account', async () => {
    const [mine, theirs] = [
      await post('shared', { name: 'shared' }),
      await post('shared', { name: 'shared' }, other),
    ];
    expect(theirs.headers['idempotency-replayed']).toBeUndefined();
    expect(theirs.body.site_id).not.toBe(mine.body.site_id);
  });

  it('is refused with another request', async () => {
    await post('taken', { name: 'taken' }).expect(201);
    for (const sent of [{ name: 'another' }, { name: 'taken', note: 'more' }])
      expect((await post('taken', sent).expect(409)).body.error_code).toBe(
        'IDEMPOTENCY_KEY_CONFLICT',
      );
  });

  it('is the same request whatever the order of its fields', async () => {
    await post('ordered', { name: 'ordered', note: 'n' }).expect(201);
    await post('ordered', { note: 'n', name: 'ordered' })
      .expect(201)
      .expect('Idempotency-Replayed', 'true');
  });

  it('is told to wait while the first is running, and does not wait itself', async () => {
    let [started, release]: (() => void)[] = [() => undefined, () => undefined];
    const running = new Promise<void>((resolve) => (started = resolve));
    const held = new Promise<void>((resolve) => (release = resolve));
    then = () => {
      started?.();
      return held;
    };
    const first = post('busy', { name: 'busy' }).then((response) => response);
    await running;
    const second = await post('busy', { name: 'busy' }).expect(409).expect('Retry-After', '1');
    expect(second.body.error_code).toBe('IDEMPOTENCY_IN_PROGRESS');
    release?.();
    expect((await first).status).toBe(201);
    await post('busy', { name: 'busy' }).expect(201).expect('Idempotency-Replayed', 'true');
    expect(await effects('busy')).toEqual(once);
  });

  it.each([
    ['a refusal', () => Promise.reject(failure('CONFLICT')), 409],
    ['a bug', () => Promise.reject(new Error('boom')), 500],
  ])('runs again after %s, of which nothing is left', async (name, fail, status) => {
    then = fail;
    await post(`failing-${status}`, { name }).expect(status);
    expect((await effects(name)).sites).toBe(0);
    then = async () => undefined;
    const retried = await post(`failing-${status}`, { name }).expect(201);
    expect(retried.headers['idempotency-replayed']).toBeUndefined();
  });

  it('replays what was committed although the answer was lost', async () => {
    // The client is gone when the answer comes, as after a crash between the commit and the answer.
    const server = createServer(callback).listen(0, '127.0.0.1');
    const lost = post('lost', { name: 'lost' }, account, request(server));
    then = async () => void lost.abort();
    await expect(lost).rejects.toThrow();
    server.close();
    then = () => Promise.reject(new Error('it runs twice'));
    let again = await post('lost', { name: 'lost' });
    while (again.status === 409) again = await post('lost', { name: 'lost' });
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true']);
    expect(await effects('lost')).toEqual(once);
  });

  it('is free again after a day', async () => {
    await post('old', { name: 'old' }).expect(201);
    const { rows } = await test.admin.query(
      `update platform.idempotency_keys set expires_at = expires_at - interval '24 hours' where key = 'old'
       returning expires_at between now() - interval '1 minute' and now() as "isDue"`,
    );
    expect(rows).toEqual([{ isDue: true }]);
    const again = await post('old', { name: 'old' }).expect(201);
    expect(again.headers['idempotency-replayed']).toBeUndefined();
    await post('old', { name: 'old' }).expect(201).expect('Idempotency-Replayed', 'true');
  });

  it('is kept sealed', async () => {
    await post('sealed', { name: 'a secret name' }).expect(201);
    const { rows } = await test.admin.query(
      `select body from platform.idempotency_keys where key = 'sealed'`,
    );
    expect(rows[0].body.length).toBeGreaterThan(20);
    expect(rows[0].body.includes('a secret name')).toBe(false);
  });
});

describe('a key', () => {
  it.each(['"open', 'with space', '"', 'a,b', 'ключ', `"${'x'.repeat(256)}"`, '""', 'a;b=1'])(
    'that is %s is said to be none',
    async (key) => {
      const refused = await post(Buffer.from(key).toString('latin1')).expect(400);
      expect(refused.body.error_code).toBe('INVALID_IDEMPOTENCY_KEY');
    },
  );
  it('is missed where it is required', async () => {
    expect(
      (await post(undefined, { name: 'x' }, account, isRequired).expect(400)).body.error_code,
    ).toBe('IDEMPOTENCY_KEY_REQUIRED');
    await post('given', { name: 'given' }, account, isRequired).expect(201);
  });
});

describe('the purge', () => {
  it('forgets what has expired, and nothing else', async () => {
    await post('kept', { name: 'kept' }).expect(201);
    await post('gone', { name: 'gone' }).expect(201);
    await test.admin.query(
      `update platform.idempotency_keys set expires_at = now() - interval '1 s' where key = 'gone'`,
    );
    await test.admin.query(
      `insert into platform.rate_windows values ('past', 1, 1), ('open', 1, 1e15)`,
    );
    const pool = createRolePool(test.urls.relay);
    expect(await purgeRequests(roleScope(pool))).toBeGreaterThanOrEqual(2);
    expect(await purgeRequests(roleScope(pool))).toBe(0);
    await pool.end();
    const { rows } = await test.admin
      .query(`select key from platform.idempotency_keys where key in ('kept', 'gone')
      union all select key from platform.rate_windows`);
    expect(rows.map(({ key }) => key)).toEqual(['kept', 'open']);
  });
});

describe('however many ask at once', () => {
  it('takes effect once a key, and every answer is the same', async () => {
    const plan = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), delayMs: fc.nat(15) }), {
      minLength: 2,
      maxLength: 16,
    });
    await fc.assert(
      fc.asyncProperty(plan, async (repeats) => {
        const run = newId();
        const answers = await Promise.all(
          repeats.map(async ({ key, delayMs }) => {
            await new Promise((resolve) => setTimeout(resolve, delayMs));
            const name = `${key} ${run}`;
            for (;;) {
              const { status, text } = await post(`${key}-${run}`, { name });
              if (status !== 409) return { name, status, text };
            }
          }),
        );
        for (const name of new Set(answers.map((each) => each.name))) {
          const same = answers.filter((each) => each.name === name);
          expect(new Set(same.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
          expect(await effects(name)).toEqual(once);
        }
      }),
      { numRuns: 15 },
    );
  });
});
