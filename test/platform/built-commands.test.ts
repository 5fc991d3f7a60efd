import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { loadConfig } from '../../config.js';
import { appendAudit } from '../../db/audit/audit.js';
import { createDatabase } from '../../db/connection/database.js';
import { newId } from '../../db/shared/id.js';
import { contextKey } from '../../workers/process/context-key.js';
import type { CommandEnd } from '../support/processes/command.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { signFirstWitness } from '../support/system/audit-witness.js';
import { testServers } from '../support/servers/test-servers.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = [
  'workflows',
  'activities',
  'api',
  'workers',
  'db',
  'temporal-config',
  'processes',
  'client',
];
const accountId = newId();
let test: TestDatabase;
/** Within the tree, where the build finds its packages. */
let dir: string;

beforeAll(async () => {
  test = await createTestDatabase();
  await mkdir(join(root, '.cache'), { recursive: true });
  dir = await mkdtemp(join(root, '.cache', 'built-'));
  // As the build writes programs, in a second rather than half a minute: types are checked
  // elsewhere.
  await build({
    absWorkingDir: root,
    entryPoints: ['config.ts', ...folders.map((folder) => `${folder}/**/*.ts`)],
    outbase: root,
    outdir: dir,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  const secretKey = randomBytes(48).toString('base64');
  const config = loadConfig({ NODE_ENV: 'test', SECRET_KEY: secretKey });
  const key = contextKey(config);
  await test.admin.query('update platform.context_keys set key = $1', [key]);
  const database = createDatabase({ url: test.urls.app, contextKey: key });
  const entry = { action: 'site.create', subjectType: 'site', subjectId: newId() };
  for (let n = 0; n < 3; n += 1)
    await database.transaction({ accountId, principalId: newId() }, (scope) =>
      appendAudit(scope, entry),
    );
  await signFirstWitness(database, config, join(dir, 'objects'));
  await database.close();
  await Promise.all([
    secret('secret_key', secretKey),
    secret('database_url', test.urls.app),
    secret('database_relay_url', test.urls.relay),
    secret('database_admin_url', test.urls.admin),
    secret('away_url', 'postgresql://postgres:none@127.0.0.1:1/millrace'),
  ]);
});
afterAll(async () => {
  await test.drop();
  await rm(dir, { recursive: true });
});

const secretPath = (name: string): string => join(dir, name);
const secret = (name: string, value: string) => writeFile(secretPath(name), `${value}\n`);

/** As a container does: only the given environment, and each secret in a file. */
const run = (
  command: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandEnd> =>
  new Promise((resolve) => {
    const [program = '', ...args] = command;
    const env = {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      DATA_DIR: join(dir, 'none'),
      ...variables,
    };
    execFile(
      process.execPath,
      [join(dir, 'workers', `${program}.js`), ...args],
      { cwd: dir, env },
      (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, stdout: out.trim(), stderr: err.trim() }),
    );
  });

describe('a command as docker compose runs it', () => {
  it('ends with 0 where all is well, with 1 where something is broken and with 2 where it could not look', async () => {
    const { code, stdout: keys } = await run(['keys', 'verifier'], {
      SECRET_KEY_FILE: secretPath('secret_key'),
    });
    expect(code).toBe(0);
    await secret('verifier_keys', keys);
    const variables = {
      KEYS_FILE: secretPath('verifier_keys'),
      DATABASE_URL_FILE: secretPath('database_url'),
      OBJECT_DIR: join(dir, 'objects'),
    };
    const verify = (changes = {}) => run(['audit-verify'], Object.assign({}, variables, changes));
    expect(await verify()).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('3 entries'),
    });
    expect(await verify({ DATABASE_URL_FILE: secretPath('away_url') })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^PostgreSQL at postgres@127\.0\.0\.1:1 does not answer.*$/),
    });
    const change = `update platform.audit_log set action = 'site.delete' where account_id = '${accountId}' and seq = 2`;
    await test.admin.query(
      `set session_replication_role = replica; ${change}; set session_replication_role = origin`,
    );
    expect(await verify()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('entry 2 was changed'),
    });
  }, 300_000);

  it('needs no key that it does not use', async () => {
    const relay = { DATABASE_RELAY_URL_FILE: secretPath('database_relay_url') };
    expect(await run(['consumers', 'list'], relay)).toMatchObject({ code: 0, stderr: '' });
    const { address } = testServers().temporal;
    const away = { DATABASE_ADMIN_URL_FILE: secretPath('away_url'), TEMPORAL_ADDRESS: address };
    expect(await run(['check-invariants'], away)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('PostgreSQL at 127.0.0.1:1 does not answer'),
    });
    const noTemporal = {
      DATABASE_ADMIN_URL_FILE: secretPath('database_admin_url'),
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    };
    expect(await run(['check-invariants'], noTemporal)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Temporal at 127.0.0.1:1 does not answer'),
    });
    expect(await run(['audit-verify'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('SECRET_KEY'),
    });
  }, 300_000);
});
