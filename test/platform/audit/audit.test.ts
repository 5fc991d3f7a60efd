import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appendAudit } from '../../../db/audit/audit.js';
import { entryHash, genesisHash, type ChainedEntry } from '../../../db/audit/audit-hash.js';
import { platformAccountId } from '../../../db/connection/context.js';
import { createRolePool, type WriteScope } from '../../../db/connection/database.js';
import { SiteModel } from '../../../db/water/site.model.js';
import { newId } from '../../../db/shared/id.js';
import { textQuery } from '../../support/servers/text-query.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const entry = {
  action: 'site.create',
  subjectType: 'site',
  subjectId: newId(),
  ip: '192.0.2.7',
  route: 'POST /v1/sites',
  requestId: 'r-1',
};
const chainOf = async (accountId: string): Promise<ChainedEntry[]> => {
  const { rows } = await test.admin.query<ChainedEntry>(
    `select l.account_id, l.seq, to_char(l.occurred_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as occurred_at, l.principal_id,
       l.action, l.subject_type, l.subject_id, l.ip, l.route, l.request_id, encode(l.before_hash, 'hex') as before_hash,
       encode(l.after_hash, 'hex') as after_hash, encode(l.prev_hash, 'hex') as prev_hash, encode(l.hash, 'hex') as hash
     from platform.audit_log l where l.account_id = $1 order by l.seq`,
    [accountId],
  );
  return rows;
};
const addSite = ({ accountId, transaction }: WriteScope, siteId: string) =>
  SiteModel.query(transaction).insert({ accountId, siteId, name: 'Depot', siteType: 'DEPOT' });

describe('an audit entry', () => {
  it('goes into the chain of the signed account, behind the entry before it', async () => {
    const [accountId, principalId] = [newId(), newId()];
    for (let n = 0; n < 3; n += 1)
      await test.database.transaction({ accountId, principalId }, (scope) =>
        appendAudit(scope, entry),
      );

    const chain = await chainOf(accountId);
    expect(chain.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(chain.map(({ prev_hash }) => prev_hash)).toEqual([
      genesisHash,
      chain[0]?.hash,
      chain[1]?.hash,
    ]);
    expect(chain.map(entryHash)).toEqual(chain.map(({ hash }) => hash));
    expect(chain[0]).toMatchObject({
      principal_id: principalId,
      action: 'site.create',
      ip: '192.0.2.7',
    });
  });

  it("goes into the platform's chain where there is no account, and needs a signed context", async () => {
    const principalId = newId();
    await test.database.transaction({ accountId: platformAccountId }, (scope) =>
      appendAudit(scope, { ...entry, principalId }),
    );
    await test.database.transaction({ principalId }, (scope) => appendAudit(scope, entry));
    const chain = await chainOf(platformAccountId);
    expect(chain.map((one) => one.principal_id)).toEqual([principalId, principalId]);

    const outside = createRolePool(test.urls.app);
    await expect(
      outside.query("select platform.append_audit('a.b', 'site', null, null, null, null, null)"),
    ).rejects.toThrow(/needs a signed context/);
    await outside.end();
  });

  it('names the principal of the context, whoever is given', async () => {
    const [accountId, principalId] = [newId(), newId()];
    await test.database.transaction({ accountId, principalId }, (scope) =>
      appendAudit(scope, { ...entry, principalId: newId() }),
    );
    expect((await chainOf(accountId))[0]?.principal_id).toBe(principalId);
  });

  it('is gone with its transaction, and leaves no gap', async () => {
    const accountId = newId();
    const failing = test.database.transaction({ accountId }, async (scope) => {
      await appendAudit(scope, entry);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await test.database.transaction({ accountId }, (scope) => appendAudit(scope, entry));
    expect((await chainOf(accountId)).map(({ seq }) => seq)).toEqual([1]);
  });

  it('locks the chain with the commit alone', async () => {
    const accountId = newId();
    await test.database.transaction({ accountId }, async (scope) => {
      await appendAudit(scope, entry);
      // Would wait for ever behind a lock that the open transaction holds.
      await test.database.transaction({ accountId }, (other) => appendAudit(other, entry));
    });
    expect((await chainOf(accountId)).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('keeps its chain whole when many are written at once', async () => {
    const accountId = newId();
    const written = Array.from({ length: 40 }, () =>
      test.database.transaction({ accountId }, (scope) => appendAudit(scope, entry)),
    );
    await Promise.all(written);
    const chain = await chainOf(accountId);
    expect(chain.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    expect(chain.slice(1).map(({ prev_hash }) => prev_hash)).toEqual(
      chain.slice(0, -1).map(({ hash }) => hash),
    );
  });

  it('hashes the rows that its transaction changed, before and after, once', async () => {
    const [accountId, siteId] = [newId(), newId()];
    const row = async () => {
      const { rows } = await test.admin.query(
        'select to_jsonb(s)::text as text from water.sites s where s.site_id = $1',
        [siteId],
      );
      return createHash('sha256').update(`\nwater.sites\n${rows[0].text}`).digest('hex');
    };
    await test.database.transaction({ accountId }, async (scope) => {
      await addSite(scope, siteId);
      await appendAudit(scope, entry);
      await appendAudit(scope, entry);
    });
    const made = await row();
    await test.database.transaction({ accountId }, async (scope) => {
      await SiteModel.query(scope.transaction)
        .findById([accountId, siteId])
        .patch({ name: 'Yard' });
      await appendAudit(scope, entry);
    });
    const [created, nothing, changed] = await chainOf(accountId);
    expect(created).toMatchObject({ before_hash: null, after_hash: made });
    expect(nothing).toMatchObject({ before_hash: null, after_hash: null });
    expect(changed).toMatchObject({ before_hash: made, after_hash: await row() });
  });

  it('refuses a text that would break the line of its hash', async () => {
    const broken = { ...entry, subjectId: 'a\nb' };
    const [accountId, siteId] = [newId(), newId()];
    const failing = test.database.transaction({ accountId }, async (scope) => {
      await addSite(scope, siteId);
      await appendAudit(scope, broken);
    });
    await expect(failing).rejects.toThrow(/check constraint/);
    const { rows } = await test.admin.query('select 1 from water.sites where site_id = $1', [
      siteId,
    ]);
    expect(rows).toEqual([]);
  });

  it('fails alone: the next transaction of the pool goes on', async () => {
    const broken = { ...entry, subjectId: 'a\nb' };
    const accountId = newId();
    for (let n = 0; n < 12; n += 1)
      await expect(
        test.database.transaction({ accountId }, (scope) => appendAudit(scope, broken)),
      ).rejects.toThrow(/check constraint/);
    await test.database.transaction({ accountId }, (scope) => appendAudit(scope, entry));
    expect(await chainOf(accountId)).toHaveLength(1);
  });
});

describe('the audit log', () => {
  const accountId = newId();
  beforeAll(() => test.database.transaction({ accountId }, (scope) => appendAudit(scope, entry)));

  const changes = [
    `update platform.audit_log set action = 'x'`,
    'delete from platform.audit_log',
    'truncate platform.audit_log',
    'update platform.audit_heads set seq = seq + 1',
    'delete from platform.audit_heads',
    'truncate platform.audit_heads cascade',
    `insert into platform.audit_log select (jsonb_populate_record(l, '{"seq": 9}')).* from platform.audit_log l limit 1`,
  ];

  it.each(changes)('refuses the application: %s', async (sql) => {
    const change = test.database.statements({ accountId }).run(textQuery(sql), {});
    await expect(change).rejects.toThrow(/permission denied/);
  });

  it.each(changes)(
    'refuses its owner, and a superuser who does not switch the triggers off: %s',
    async (sql) => {
      const owner = createRolePool(test.urls.owner);
      // Row-level security hides every row from the owner, so an insert from a selection has
      // nothing to insert.
      if (!sql.startsWith('insert') && !sql.includes('set seq'))
        await expect(owner.query(sql)).rejects.toThrow(/is append-only/);
      await owner.end();
      await expect(test.admin.query(sql)).rejects.toThrow(/is append-only/);
    },
  );

  it('refuses its owner a change of a partition behind the table', async () => {
    const owner = createRolePool(test.urls.owner);
    const { rows } = await test.admin.query<{ part: string }>(
      `select i.inhrelid::regclass::text as part from pg_inherits i where i.inhparent = 'platform.audit_log'::regclass`,
    );
    expect(rows.length).toBeGreaterThan(4);
    const { rows: filled } = await test.admin.query<{ part: string }>(
      'select tableoid::regclass::text as part from platform.audit_log limit 1',
    );
    const part = filled[0]?.part ?? '';
    for (const each of rows)
      await expect(owner.query(`truncate ${each.part}`)).rejects.toThrow(/is append-only/);
    await expect(owner.query(`delete from ${part}`)).rejects.toThrow(/is append-only/);
    await expect(owner.query(`update ${part} set ip = null`)).rejects.toThrow(/is append-only/);
    const forged = `insert into ${part} select (jsonb_populate_record(l, '{"seq": 9}')).* from ${part} l limit 1`;
    await expect(owner.query(forged)).rejects.toThrow(/is append-only/);
    await owner.end();
  });

  it('shows an account its own chain alone', async () => {
    const stranger = test.database.reads({ accountId: newId() });
    for (const table of ['platform.audit_log', 'platform.audit_heads'])
      expect(await stranger.read(textQuery(`select from ${table}`), {})).toEqual([]);
  });
});
