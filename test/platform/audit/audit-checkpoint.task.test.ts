/** Tells of: audit-checkpoint.store, audit-key.records. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createCheckpointCopies } from '../../../workers/audit/checkpoint-copies.js';
import { createCheckpointTask } from '../../../workers/platform/audit-checkpoint.task.js';
import { createObjectSweep } from '../../../workers/platform/object-sweep.task.js';
import { createLocalObjectStore } from '../../../activities/shared/local-object-store.js';
import type { ObjectStore } from '../../../activities/shared/object-store.js';
import { platformAccountId } from '../../../db/connection/database.js';
import { auditKeyRecords } from '../../../db/platform/audit/audit-key.records.js';
import { transacted } from '../../support/servers/transacted.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';

let test: TestDatabase;
let dir: string;
let store: ObjectStore;
let run: () => Promise<void>;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
afterEach(() => rm(dir, { recursive: true }));

async function tamper(sql: string): Promise<void> {
  await test.admin.query(
    `set session_replication_role = replica; ${sql}; set session_replication_role = origin`,
  );
}
/** As if the last checkpoint were some days old. */
const fallBehind = (days: number) =>
  tamper(`update platform.audit_checkpoints set day = day - ${days}`);

beforeEach(async () => {
  await tamper('truncate platform.audit_checkpoints, platform.audit_checkpoint_heads');
  dir = await mkdtemp(join(tmpdir(), 'millrace-checkpoints-'));
  store = createLocalObjectStore({ dir });
  const { database } = test;
  const keys = transacted(database, { accountId: platformAccountId }, (scope) =>
    auditKeyRecords(scope, { sealKey: Buffer.alloc(32, 'ab') }),
  );
  const task = createCheckpointTask({ database, keys, store });
  run = () => task(() => undefined);
});
const copies = () => createCheckpointCopies(store);

it('signs every day that was missed, in order, and copies what it signed; again it changes nothing', async () => {
  await run();
  await run();
  expect(await copies().newest()).toBe(1);
  await rm(join(dir, 'audit-checkpoints'), { recursive: true });
  await fallBehind(3);
  await run();
  expect(await copies().newest()).toBe(4);
  const { rows } = await test.admin.query<{ days: number }>(
    'select count(distinct day)::int as days from platform.audit_checkpoints',
  );
  expect(rows).toEqual([{ days: 4 }]);
});

it('fails when the database was wound back behind a copy, or has another content for its number', async () => {
  await run();
  await fallBehind(1);
  await expect(run()).rejects.toThrow('checkpoint 1 was copied with another content');
  await tamper('delete from platform.audit_checkpoints');
  const written = join(dir, 'audit-checkpoints', '000000005');
  await writeFile(written, '{}');
  await expect(run()).rejects.toThrow(/older than the newest copy|does not have it/);
});

it('refuses to copy a smaller number', async () => {
  await run();
  const checkpoint = await copies().read(1);
  if (!checkpoint) throw new Error('no copy');
  await copies().keep({ ...checkpoint, number: 3 });
  await expect(copies().keep({ ...checkpoint, number: 2 })).rejects.toThrow(
    'older than the newest copy',
  );
});

it('keeps its copies when objects without a row are swept', async () => {
  await run();
  const rows = { async *inOrder() {}, isKnown: async () => false, markMissing: async () => false };
  const inTwoHours = () => Date.now() + 7_200_000;
  await createObjectSweep({ store, rows, reportMissing: () => undefined, now: inTwoHours })(
    () => undefined,
  );
  expect(await copies().newest()).toBe(1);
});
