import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadConfig } from '../../config.js';
import { appendAudit } from '../../db/shared/audit.js';
import { createDatabase } from '../../db/shared/database.js';
import { newId } from '../../db/shared/id.js';
import { contextKey } from '../../workers/shared/context-key.js';
import { runCommand, type CommandEnd } from '../support/command.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const [tampered, other] = [newId(), newId()];
let test: TestDatabase;
let dir: string;
let variables: Record<string, string>;

beforeAll(async () => {
  test = await createTestDatabase();
  dir = await mkdtemp(join(tmpdir(), 'millrace-verify-'));
  variables = { SECRET_KEY: randomBytes(48).toString('base64'), DATABASE_URL: test.urls.app, OBJECT_DIR: dir };
  const key = contextKey(loadConfig({ NODE_ENV: 'test', ...variables }));
  await test.admin.query('update platform.context_keys set key = $1', [key]);
  const database = createDatabase({ url: test.urls.app, contextKey: key });
  const entry = { action: 'site.create', subjectType: 'site', subjectId: newId() };
  for (const account of [tampered, tampered, tampered, other])
    await database.inAccount(account, (trx) => appendAudit(trx, entry), newId());
  await database.close();
});
afterAll(async () => {
  await test.drop();
  await rm(dir, { recursive: true });
});

/** As `npm run audit:verify -- <args>`. */
const verify = (...args: string[]): Promise<CommandEnd> => runCommand('audit-verify', args, variables);

it('ends well for chains that nobody touched, and with one line naming account and entry for one that somebody did', async () => {
  expect(await verify()).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('with 4 entries') });

  const change = `update platform.audit_log set action = 'site.delete' where account_id = '${tampered}' and seq = 2`;
  await test.admin.query(`set session_replication_role = replica; ${change}; set session_replication_role = origin`);
  const { code, stdout, stderr } = await verify();
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr.split('\n')).toEqual([`account ${tampered} entry 2 was changed: its hash does not fit its content`]);

  expect(await verify('--account', other)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 entries are'),
  });
  expect(await verify('--account', tampered)).toMatchObject({ code: 1, stdout: '', stderr });
});
