import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { auditCheckpointStore } from '../../../db/platform/audit/audit-checkpoint.store.js';
import { auditKeyRecords } from '../../../db/platform/audit/audit-key.records.js';
import { auditKeyViews } from '../../../db/platform/audit/audit-key.views.js';
import { appendAudit } from '../../../db/audit/audit.js';
import { platformAccountId } from '../../../db/connection/context.js';
import { newId } from '../../../db/shared/id.js';
import {
  createAuditVerification,
  type AuditVerdict,
} from '../../../workers/audit/audit-verification.js';
import { textQuery } from '../../support/servers/text-query.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';

const day = 86_400_000;
const platform = { accountId: platformAccountId };
const sealKey = Buffer.alloc(32, 'ab');
let test: TestDatabase;
/** Two accounts and the platform with ten entries each. */
let accounts: string[];
let victim: string;
/** The same moment for the length of a test, at any hour. */
let now: number;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** As a superuser with every trigger off: beyond every grant and trigger. */
async function tamper(sql: string, values: unknown[] = []): Promise<void> {
  const client = await test.admin.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query(sql, values);
    await client.query('set session_replication_role = origin');
  } finally {
    client.release();
  }
}
const append = (accountId: string, subjectId = newId()) =>
  test.database.transaction({ accountId, principalId: newId() }, (scope) =>
    appendAudit(scope, {
      action: 'site.create',
      subjectType: 'site',
      subjectId,
      ip: '192.0.2.7',
      route: 'POST /x',
      requestId: 'r',
    }),
  );
const sign = (daysAhead: number) =>
  test.database.transaction(platform, async (scope) => {
    const key = await auditKeyRecords(scope, { sealKey }).loadOrCreate();
    return auditCheckpointStore(scope, key).signNext(new Date(now + daysAhead * day));
  });
const verify = async (): Promise<AuditVerdict> =>
  createAuditVerification(test.database).verifyAll(
    await auditKeyViews(test.database.reads(platform)).publicKeys(),
  );
const verdictOfOne = async () =>
  (await createAuditVerification(test.database).verifyChain(victim)).fault;

beforeEach(async () => {
  await tamper(`truncate platform.audit_log, platform.audit_heads, platform.audit_checkpoints,
    platform.audit_checkpoint_heads`);
  accounts = [newId(), newId(), platformAccountId];
  [victim = ''] = accounts;
  for (const account of accounts) for (let i = 0; i < 10; i += 1) await append(account);
  now = Date.now();
  await sign(1);
});

const rehash = `sha256(convert_to(array_to_string(array['millrace.audit.1', l.account_id::text, l.seq::text,
  to_char(l.occurred_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), l.principal_id::text, l.action, l.subject_type, l.subject_id, l.ip,
  l.route, l.request_id, encode(l.before_hash, 'hex'), encode(l.after_hash, 'hex'), encode(l.prev_hash, 'hex')], E'\\n', ''), 'UTF8'))`;

describe('verifying the audit log', () => {
  it('finds nothing wrong with what nobody touched, whatever goes on meanwhile', async () => {
    const [verdict] = await Promise.all([verify(), append(victim), append(victim)]);
    expect(verdict).toMatchObject({ chains: 3, checkpoints: 1, faults: [] });
    expect(verdict.entries).toBeGreaterThanOrEqual(30);
    await sign(2);
    expect(await verify()).toEqual({ chains: 3, entries: 32, checkpoints: 2, faults: [] });
  });

  it.each([
    ['occurred_at', `occurred_at + interval '1 microsecond'`],
    ['principal_id', 'gen_random_uuid()'],
    ['principal_id', 'null'],
    ['action', `'site.delete'`],
    ['subject_type', `'order'`],
    ['subject_id', 'gen_random_uuid()::text'],
    ['ip', `'192.0.2.8'`],
    ['route', 'null'],
    ['request_id', `'s'`],
    ['before_hash', 'sha256(hash)'],
    ['after_hash', 'sha256(hash)'],
    ['prev_hash', 'sha256(hash)'],
    ['hash', 'sha256(hash)'],
  ])('names an entry whose %s was changed to %s', async (column, value) => {
    await tamper(
      `update platform.audit_log set ${column} = ${value} where account_id = $1 and seq = 4`,
      [victim],
    );
    expect((await verify()).faults).toMatchObject([
      { accountId: victim, seq: 4, damage: 'changed' },
    ]);
  });

  it('names an entry that was changed and hashed again', async () => {
    await tamper(`update platform.audit_log set action = 'a.b' where account_id = $1 and seq = 4`, [
      victim,
    ]);
    await tamper(
      `update platform.audit_log l set hash = ${rehash} where account_id = $1 and seq = 4`,
      [victim],
    );
    expect(await verdictOfOne()).toMatchObject({ seq: 4, damage: 'changed' });
  });

  it('names the checkpoint that a chain written anew from an entry on does not fit', async () => {
    await tamper(`update platform.audit_log set action = 'a.b' where account_id = $1 and seq = 4`, [
      victim,
    ]);
    for (let seq = 4; seq <= 10; seq += 1) {
      await tamper(
        `update platform.audit_log l set prev_hash = p.hash from platform.audit_log p
         where l.account_id = $1 and l.seq = $2 and p.account_id = $1 and p.seq = $2 - 1`,
        [victim, seq],
      );
      await tamper(
        `update platform.audit_log l set hash = ${rehash} where account_id = $1 and seq = $2`,
        [victim, seq],
      );
    }
    await tamper(
      `update platform.audit_heads h set hash = l.hash from platform.audit_log l
       where l.account_id = $1 and h.account_id = $1 and l.seq = h.seq`,
      [victim],
    );
    expect(await verdictOfOne()).toMatchObject({
      seq: 10,
      damage: 'changed',
      because: 'checkpoint 1 knows another hash of it',
    });
  });

  it('names an entry that was removed, also when those behind it were moved down', async () => {
    await tamper('delete from platform.audit_log where account_id = $1 and seq = 4', [victim]);
    expect(await verdictOfOne()).toMatchObject({ seq: 4, damage: 'removed' });
    await tamper('update platform.audit_log set seq = seq - 1 where account_id = $1 and seq > 4', [
      victim,
    ]);
    expect(await verdictOfOne()).toMatchObject({ seq: 4, damage: 'removed' });
  });

  it('names the first entry that was removed', async () => {
    await tamper('delete from platform.audit_log where account_id = $1 and seq = 1', [victim]);
    expect(await verdictOfOne()).toMatchObject({ seq: 1, damage: 'removed' });
  });

  it('names where the end of a chain was cut off, also when its head was wound back', async () => {
    await tamper('delete from platform.audit_log where account_id = $1 and seq > 7', [victim]);
    expect(await verdictOfOne()).toMatchObject({ seq: 8, damage: 'cut' });
    await tamper(
      `update platform.audit_heads h set seq = l.seq, hash = l.hash from platform.audit_log l
       where l.account_id = $1 and h.account_id = $1 and l.seq = 7`,
      [victim],
    );
    expect(await verdictOfOne()).toMatchObject({
      seq: 8,
      damage: 'cut',
      because: 'checkpoint 1 knows entries up to 10',
    });
  });

  it('names a chain that was cut whole', async () => {
    await tamper('delete from platform.audit_log where account_id = $1', [victim]);
    await tamper('delete from platform.audit_heads where account_id = $1', [victim]);
    expect((await verify()).faults).toMatchObject([{ accountId: victim, seq: 1, damage: 'cut' }]);
  });

  const forge = (seq: string, occurredAt = 'occurred_at') => `
    insert into platform.audit_log select (jsonb_populate_record(l, jsonb_build_object('seq', ${seq}, 'subject_id', 'forged',
      'occurred_at', ${occurredAt}))).* from platform.audit_log l where l.account_id = $1 and l.seq = 4`;

  it('names an entry that was inserted with a number that is taken', async () => {
    await tamper(forge('4', `l.occurred_at + interval '1 second'`), [victim]);
    expect(await verdictOfOne()).toMatchObject({ seq: 4, damage: 'changed' });
    await tamper(
      `update platform.audit_log l set hash = ${rehash} where account_id = $1 and subject_id = 'forged'`,
      [victim],
    );
    expect(await verdictOfOne()).toMatchObject({ seq: 4, damage: 'inserted' });
  });

  it('names an entry that was inserted by moving those behind it up, hashed well or not', async () => {
    await tamper('update platform.audit_log set seq = seq + 1 where account_id = $1 and seq > 4', [
      victim,
    ]);
    await tamper(forge('5'), [victim]);
    expect(await verdictOfOne()).toMatchObject({ seq: 5, damage: 'inserted' });
    await tamper(
      `update platform.audit_log l set prev_hash = p.hash from platform.audit_log p
       where l.account_id = $1 and l.subject_id = 'forged' and p.account_id = $1 and p.seq = 4`,
      [victim],
    );
    await tamper(
      `update platform.audit_log l set hash = ${rehash} where account_id = $1 and subject_id = 'forged'`,
      [victim],
    );
    expect(await verdictOfOne()).toMatchObject({ seq: 5, damage: 'inserted' });
  });

  it('names an entry that was inserted behind the head', async () => {
    await tamper(forge('11'), [victim]);
    await tamper(
      `update platform.audit_log l set prev_hash = p.hash from platform.audit_log p
       where l.account_id = $1 and l.seq = 11 and p.account_id = $1 and p.seq = 10`,
      [victim],
    );
    await tamper(
      `update platform.audit_log l set hash = ${rehash} where account_id = $1 and seq = 11`,
      [victim],
    );
    expect(await verdictOfOne()).toMatchObject({ seq: 11, damage: 'inserted' });
  });

  it.each([
    [2, 3],
    [2, 5],
    [9, 10],
  ])('names entries that were swapped: %i and %i', async (a, b) => {
    await tamper(
      `update platform.audit_log set seq = case seq when $2 then $3::bigint else $2::bigint end
       where account_id = $1 and seq in ($2, $3)`,
      [victim, a, b],
    );
    expect(await verdictOfOne()).toMatchObject({ seq: a, damage: 'reordered' });
  });

  it("names an entry that was moved into another account's chain, in both", async () => {
    const other = accounts[1];
    await tamper('delete from platform.audit_log where account_id = $1 and seq = 4', [other]);
    await tamper(
      'update platform.audit_log set account_id = $2 where account_id = $1 and seq = 4',
      [victim, other],
    );
    const { faults } = await verify();
    expect(faults).toContainEqual(
      expect.objectContaining({ accountId: victim, seq: 4, damage: 'removed' }),
    );
    expect(faults).toContainEqual(
      expect.objectContaining({ accountId: other, seq: 4, damage: 'changed' }),
    );
  });
});

describe('checkpoints', () => {
  it('are signed for each day that passed, in order, also for one on which nothing happened', async () => {
    await append(victim);
    const late = [await sign(4), await sign(4), await sign(4), await sign(4)];
    expect(late.map((one) => one?.number)).toEqual([2, 3, 4, undefined]);
    expect(late.map((one) => one?.chains)).toEqual([1, 0, 0, undefined]);
    expect(late.map((one) => one?.entries)).toEqual([31, 31, 31, undefined]);
    expect(await verify()).toMatchObject({ checkpoints: 4, faults: [] });
  });

  it('are written once when two sign at once', async () => {
    const signed = await Promise.all([sign(2), sign(2), sign(2)]);
    expect(signed.filter((one) => one !== undefined)).toHaveLength(1);
  });

  it.each([
    ['root', `sha256('x')`, 'its hash does not fit'],
    ['entries', 'entries - 1', 'its hash does not fit'],
    ['day', 'day - 1', 'its hash does not fit'],
    ['hash', `sha256('x')`, 'its hash does not fit'],
    ['prev_hash', `sha256('x')`, 'it follows another'],
    ['signature', `sha256('x') || sha256('y')`, 'its signature is wrong'],
    ['kid', `'mine'`, 'is not known'],
  ])('name themselves when their %s was changed', async (column, value, because) => {
    await tamper(`update platform.audit_checkpoints set ${column} = ${value} where number = 1`);
    expect((await verify()).faults).toEqual([
      { checkpoint: 1, because: expect.stringContaining(because) },
    ]);
  });

  it('name themselves when one is missing, or the heads that it signed were changed', async () => {
    await sign(3);
    await sign(3);
    await tamper('delete from platform.audit_checkpoints where number = 2');
    expect((await verify()).faults).toEqual([
      { checkpoint: 2, because: 'checkpoint 2 is missing' },
    ]);
    await tamper('delete from platform.audit_checkpoint_heads where account_id = $1', [victim]);
    expect((await verify()).faults).toEqual([
      { checkpoint: 1, because: 'its heads are not those that were signed' },
    ]);
  });

  it('cannot be changed by the application or the owner', async () => {
    for (const sql of [
      'update platform.audit_checkpoints set number = 9',
      'delete from platform.audit_checkpoint_heads',
    ]) {
      const change = test.database.statements(platform).run(textQuery(sql), {});
      await expect(change).rejects.toThrow(/permission denied/);
      await expect(test.admin.query(sql)).rejects.toThrow(/is append-only/);
    }
  });
});
