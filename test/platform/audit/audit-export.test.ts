/**
 * Tells of: audit-export.routes, audit-export.records, audit-export.store, audit-export.workflow.
 */
import { randomBytes, type JsonWebKey } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAuditExportActivities } from '../../../activities/platform/audit-export.activities.js';
import { createLocalObjectStore } from '../../../activities/shared/local-object-store.js';
import { createObjects } from '../../../activities/shared/objects.js';
import type { ChainedEntry } from '../../../db/audit/audit-hash.js';
import { openAuditKeys } from '../../../workers/audit/audit-keys.js';
import { verifyAuditExport } from '../../../workers/audit/audit-export-verification.js';
import { platformTaskQueue } from '../../../workflows/platform/maintenance.contract.js';
import { makeSite, type Actor } from '../../support/people/actors.js';
import { runCommand } from '../../support/processes/command.js';
import { eventually } from '../../support/timing/eventually.js';
import { codeOf, createRawClient, type RawClient } from '../../support/http/http.js';
import { startTestSystem, type TestSystem } from '../../support/system/system.js';

interface ListedExport {
  export_id: string;
  requested_at: string;
}

let dir: string;
let system: TestSystem;
let call: RawClient;
let owner: Actor;
let path: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'millrace-exports-'));
  const key = randomBytes(48).toString('base64');
  system = await startTestSystem({ OBJECT_DIR: join(dir, 'objects'), SECRET_KEY: key });
  call = createRawClient(system.url);
  owner = await system.signUp('owner');
  path = `/v1/accounts/${owner.accountId}/audit/exports`;
  for (let i = 0; i < 6; i += 1) await makeSite(owner);
});
afterAll(async () => {
  await system.stop();
  await rm(dir, { recursive: true });
});

const ask = (headers: Record<string, string> = {}) =>
  call('post', path, { token: owner.token, headers });
const idOf = ({ body }: { body: unknown }): string => String(Object(body).export_id);
const read = (exportPath: string, token = owner.token) => call('get', exportPath, { token });

function startWorker() {
  const { database, config } = system;
  const activities = createAuditExportActivities({
    database,
    keys: openAuditKeys({ config, database }),
    objects: createObjects({
      store: createLocalObjectStore({ dir: join(dir, 'objects') }),
      database,
    }),
  });
  return system.temporal.startWorker('platform', activities, {
    taskQueue: system.queueOf(platformTaskQueue),
  });
}

describe('an export', () => {
  let folder: string;
  let keys: JsonWebKey[];

  it('is asked for once however often it is asked, is written by its workflow, and is what the log was', async () => {
    const first = await ask({ 'Idempotency-Key': 'once' });
    expect(first.status).toBe(202);
    const exportId = idOf(first);
    expect(first.headers.get('location')).toBe(`${path}/${exportId}`);
    expect(idOf(await ask({ 'Idempotency-Key': 'once' }))).toBe(exportId);
    expect(idOf(await ask())).toBe(exportId);
    expect((await read(`${path}/${exportId}`)).body).toMatchObject({
      status: 'RUNNING',
      finished_at: null,
      expires_at: null,
      files: [],
      progress: { done: 0, total: null, unit: 'entries' },
    });
    expect(codeOf(await read(`${path}/${exportId}/files/manifest.json`))).toBe(
      '404 RESOURCE_NOT_FOUND',
    );

    await startWorker();
    const done = await eventually(async () => {
      const { body } = await read(`${path}/${exportId}`);
      expect(body).toMatchObject({ status: 'DONE' });
      return body as {
        progress: { done: number; total: number };
        files: { name: string; href: string }[];
      };
    });
    expect(done.files.map(({ name }) => name)).toEqual([
      'entries.jsonl',
      'manifest.json',
      'signature.json',
    ]);
    folder = join(dir, 'export');
    await mkdir(folder);
    for (const { name, href } of done.files) {
      const response = await fetch(system.url + href, {
        headers: { authorization: `Bearer ${owner.token}` },
      });
      expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      await writeFile(join(folder, name), Buffer.from(await response.arrayBuffer()));
    }
    const { items } = await owner.api.get<{ items: ChainedEntry[] }>(
      `/v1/accounts/${owner.accountId}/audit?limit=200`,
    );
    const lines = (await readFile(join(folder, 'entries.jsonl'), 'utf8')).trimEnd().split('\n');
    const exported = lines.map((line) => JSON.parse(line) as ChainedEntry);
    expect(exported).toEqual(items.reverse().slice(0, exported.length));
    expect(done.progress).toEqual({
      done: exported.length,
      total: exported.length,
      unit: 'entries',
    });
    expect(exported.length).toBeGreaterThan(6);

    // A finished export is not the next export.
    expect(idOf(await ask({ 'Idempotency-Key': 'once' }))).toBe(exportId);
    expect(idOf(await ask())).not.toBe(exportId);
  });

  it('is listed with all of the account, newest first, a page at a time', async () => {
    const pageOf = async (query: string) =>
      (await read(`${path}?${query}`)).body as {
        items: ListedExport[];
        next_cursor: string | null;
      };
    const { items } = await eventually(async () => {
      const all = await pageOf('limit=200');
      expect(all).toMatchObject({
        items: [{ status: 'DONE' }, { status: 'DONE' }],
        next_cursor: null,
      });
      return all;
    });
    const [newest, oldest] = items.map(({ requested_at: requestedAt }) => Date.parse(requestedAt));
    expect(newest).toBeGreaterThan(oldest ?? NaN);
    for (const item of items) expect((await read(`${path}/${item.export_id}`)).body).toEqual(item);
    const first = await pageOf('limit=1');
    const second = await pageOf(`limit=1&cursor=${first.next_cursor}`);
    expect([first.items, second.items, second.next_cursor]).toEqual([
      items.slice(0, 1),
      items.slice(1),
      null,
    ]);
  });

  it('is shown to no other account', async () => {
    const stranger = await system.signUp('stranger');
    expect(codeOf(await call('post', path, { token: stranger.token }))).toBe('403 FORBIDDEN');
    const { rows } = await system.admin.query<{ id: string }>(
      'select export_id as id from platform.audit_exports',
    );
    const own = `/v1/accounts/${stranger.accountId}/audit/exports/${rows[0]?.id}`;
    expect(codeOf(await read(own, stranger.token))).toBe('404 RESOURCE_NOT_FOUND');
    expect(codeOf(await read(`${own}/files/manifest.json`, stranger.token))).toBe(
      '404 RESOURCE_NOT_FOUND',
    );
    const exportsOf = (accountId: string) => `/v1/accounts/${accountId}/audit/exports`;
    expect((await read(exportsOf(stranger.accountId), stranger.token)).body).toEqual({
      items: [],
      next_cursor: null,
    });
    expect(codeOf(await read(path, stranger.token))).toBe('403 FORBIDDEN');
  });

  it('verifies against the published keys, and no others', async () => {
    keys = (Object((await call('get', '/v1/audit/keys')).body) as { keys: JsonWebKey[] }).keys;
    const { entries, faults } = await verifyAuditExport(folder, keys);
    expect(faults).toEqual([]);
    expect(entries).toBeGreaterThan(6);
    expect((await verifyAuditExport(folder, [])).faults).toEqual([
      'manifest.json was signed by a key that is not known',
    ]);
  });

  const lines = (change: (all: string[]) => string[]) => (text: string) =>
    change(text.trimEnd().split('\n'))
      .map((line) => `${line}\n`)
      .join('');
  it.each<[string, string, (text: string) => string, string]>([
    [
      'a changed line',
      'entries.jsonl',
      (text) => text.replace('site.create', 'site.delete'),
      'was changed',
    ],
    ['a broken line', 'entries.jsonl', (text) => text.replace('{', ''), 'line 1 was changed'],
    ['a removed line', 'entries.jsonl', lines((all) => all.toSpliced(2, 1)), 'entry 3 was removed'],
    [
      'moved lines',
      'entries.jsonl',
      lines(([a = '', b = '', ...rest]) => [b, a, ...rest]),
      'entry 1 was reordered',
    ],
    ['a cut tail', 'entries.jsonl', lines((all) => all.slice(0, 4)), 'entry 5 was cut'],
    [
      'other bytes',
      'entries.jsonl',
      (text) => text.replace('{', '{ '),
      'entries.jsonl was changed',
    ],
    [
      'a changed manifest',
      'manifest.json',
      (text) => text.replace('"created_at": "2', '"created_at": "3'),
      'manifest.json was changed',
    ],
    ['a manifest that is none', 'manifest.json', () => '{}', 'manifest.json was changed'],
    [
      'a changed signature',
      'signature.json',
      (text) => text.replace(/"signature": "../, '"signature": "zz'),
      'signature.json was changed',
    ],
    ['a signature that is none', 'signature.json', () => 'x', 'signature.json was changed'],
  ])('names %s', async (_, file, change, because) => {
    const whole = await readFile(join(folder, file), 'utf8');
    const changed = change(whole);
    expect(changed).not.toBe(whole);
    await writeFile(join(folder, file), changed);
    try {
      expect((await verifyAuditExport(folder, keys)).faults).toEqual([
        expect.stringContaining(because),
      ]);
    } finally {
      await writeFile(join(folder, file), whole);
    }
  });

  it('names files that are missing', async () => {
    const part = join(dir, 'part');
    await mkdir(part);
    await copyFile(join(folder, 'manifest.json'), join(part, 'manifest.json'));
    const faults = ['entries.jsonl is missing', 'signature.json is missing'];
    expect(await verifyAuditExport(part, keys)).toEqual({ entries: 0, faults });
  });

  describe('that was downloaded is looked at by the command, without a database:', () => {
    const elsewhere = () => join(dir, 'keys-got-otherwise.json');
    /** As `npm run audit:verify -- --export <folder> <args>`. */
    const verify = (...args: string[]) =>
      runCommand('audit-verify', ['--export', folder, ...args], {
        DATABASE_URL: '',
        SECRET_KEY: '',
        DATA_DIR: dir,
      });
    beforeAll(() => writeFile(elsewhere(), JSON.stringify({ keys })));

    it('it ends well for what was signed, by the keys beside it or by those that are named', async () => {
      const entries = (await readFile(join(folder, 'entries.jsonl'), 'utf8'))
        .trimEnd()
        .split('\n').length;
      const good = {
        code: 0,
        stdout: `the export's ${entries} entries are what was signed`,
        stderr: '',
      };
      expect(await verify('--keys', elsewhere())).toEqual(good);
      const { code, stdout, stderr } = await verify();
      expect([code, stdout, stderr]).toEqual([
        2,
        '',
        expect.stringContaining('keys.json cannot be read'),
      ]);
      await copyFile(elsewhere(), join(folder, 'keys.json'));
      expect(await verify()).toEqual(good);
    });

    it('it names each thing that somebody changed, a line each, and ends with 1', async () => {
      const file = join(folder, 'entries.jsonl');
      const whole = await readFile(file, 'utf8');
      const changed = whole.replace('site.create', 'site.delete');
      expect(changed).not.toBe(whole);
      await writeFile(file, changed);
      const seq = changed.split('\n').findIndex((line) => line.includes('site.delete')) + 1;
      const fault = `account ${owner.accountId} entry ${seq} was changed: its hash does not fit its content`;
      expect(await verify('--keys', elsewhere())).toEqual({ code: 1, stdout: '', stderr: fault });

      await writeFile(elsewhere(), JSON.stringify({ keys: [] }));
      const unknown = 'manifest.json was signed by a key that is not known';
      expect(await verify('--keys', elsewhere())).toEqual({
        code: 1,
        stdout: '',
        stderr: `${unknown}\n${fault}`,
      });

      await writeFile(elsewhere(), '{}');
      expect(await verify('--keys', elsewhere())).toEqual({
        code: 2,
        stdout: '',
        stderr: `${elsewhere()} is no JWK set`,
      });
    });
  });
});
