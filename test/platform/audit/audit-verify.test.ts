import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createLocalObjectStore } from '../../../activities/shared/local-object-store.js';
import { loadConfig, type Config } from '../../../config.js';
import { appendAudit } from '../../../db/audit/audit.js';
import {
  createDatabase,
  platformAccountId,
  type Database,
} from '../../../db/connection/database.js';
import { auditCheckpointStore } from '../../../db/platform/audit/audit-checkpoint.store.js';
import { auditCheckpointViews } from '../../../db/platform/audit/audit-checkpoint.views.js';
import { newId } from '../../../db/shared/id.js';
import { openAuditKeys } from '../../../workers/audit/audit-keys.js';
import { createCheckpointCopies } from '../../../workers/audit/checkpoint-copies.js';
import { contextKey } from '../../../workers/process/context-key.js';
import { runCommand, type CommandEnd } from '../../support/processes/command.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { signFirstWitness } from '../../support/system/audit-witness.js';

const dayMs = 86_400_000;
const [tampered, other] = [newId(), newId()];
let test: TestDatabase;
let dir: string;
/** The objects of another installation, which has none. */
let elsewhere: string;
let variables: Record<string, string>;
let config: Config;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  dir = await mkdtemp(join(tmpdir(), 'millrace-verify-'));
  elsewhere = await mkdtemp(join(tmpdir(), 'millrace-verify-elsewhere-'));
  variables = {
    SECRET_KEY: randomBytes(48).toString('base64'),
    DATABASE_URL: test.urls.app,
    OBJECT_DIR: dir,
  };
  config = loadConfig({ NODE_ENV: 'test', ...variables });
  const key = contextKey(config);
  await test.admin.query('update platform.context_keys set key = $1', [key]);
  database = createDatabase({ url: test.urls.app, contextKey: key });
  const entry = { action: 'site.create', subjectType: 'site', subjectId: newId() };
  for (const account of [tampered, tampered, tampered, other])
    await database.transaction({ accountId: account, principalId: newId() }, (scope) =>
      appendAudit(scope, entry),
    );
  await signFirstWitness(database, config, dir);
});
afterAll(async () => {
  await database.close();
  await test.drop();
  await Promise.all([dir, elsewhere].map((folder) => rm(folder, { recursive: true })));
});

/** As `npm run audit:verify -- <args>`. */
const verify = (...args: string[]): Promise<CommandEnd> =>
  runCommand('audit-verify', args, variables);
const verifyElsewhere = (...args: string[]): Promise<CommandEnd> =>
  runCommand('audit-verify', args, { ...variables, OBJECT_DIR: elsewhere });
const asAttacker = (change: string) =>
  test.admin.query(
    `set session_replication_role = replica; ${change}; set session_replication_role = origin`,
  );

it('calls no log well that no witness knows, as with the object store of another installation', async () => {
  const unwitnessed = { code: 2, stdout: '' };
  const noted = 'witness 1: it is not in the object store';
  expect(await verifyElsewhere()).toEqual({ code: 1, stdout: '', stderr: noted });

  await asAttacker('delete from platform.audit_witnesses');
  for (const args of [[], ['--account', other]])
    expect(await verifyElsewhere(...args)).toMatchObject({
      ...unwitnessed,
      stderr: expect.stringContaining(`${elsewhere} has no witness of the`),
    });
  expect(await verifyElsewhere('--account', newId())).toMatchObject({ code: 0, stderr: '' });
  expect(await verify()).toMatchObject({ code: 0, stderr: '' });
});

it('misses the copy of each checkpoint but the newest, which may be about to be copied', async () => {
  const platform = { accountId: platformAccountId };
  const key = await openAuditKeys({ config, database }).loadOrCreate();
  const copies = createCheckpointCopies(createLocalObjectStore({ dir }));
  for (const days of [1, 2, 3])
    await database.transaction(platform, (scope) =>
      auditCheckpointStore(scope, key).signNext(new Date(Date.now() + days * dayMs)),
    );
  for (const checkpoint of await auditCheckpointViews(database.reads(platform)).page(0, 2))
    await copies.keep(checkpoint);
  expect(await verify()).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('3 checkpoints and 1 witnesses'),
  });
  await rm(join(dir, 'audit-checkpoints', '000000002'));
  expect(await verify()).toEqual({
    code: 1,
    stdout: '',
    stderr: 'checkpoint 2: its copy is missing',
  });
  await asAttacker('truncate platform.audit_checkpoints, platform.audit_checkpoint_heads');
  await rm(join(dir, 'audit-checkpoints'), { recursive: true });
});

it('ends well for chains that nobody touched, and with one line naming account and entry for one that somebody did', async () => {
  expect(await verify()).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('with 4 entries'),
  });

  await asAttacker(
    `update platform.audit_log set action = 'site.delete' where account_id = '${tampered}' and seq = 2`,
  );
  const { code, stdout, stderr } = await verify();
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr.split('\n')).toEqual([
    `account ${tampered} entry 2 was changed: its hash does not fit its content`,
  ]);

  expect(await verify('--account', other)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 entries are'),
  });
  expect(await verify('--account', tampered)).toMatchObject({ code: 1, stdout: '', stderr });
});
