import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeFolder } from '../../processes/folder.js';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'millrace-folder-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('a folder', () => {
  it('is made with those above it, by any number at a time, and says which was the first', async () => {
    expect(await makeFolder(join(dir, 'a', 'b', 'c'), 0o700)).toBe(join(dir, 'a'));
    expect((await stat(join(dir, 'a', 'b'))).mode & 0o777).toBe(0o700);
    expect(await makeFolder(join(dir, 'a', 'b'))).toBeUndefined();
    await Promise.all(Array.from({ length: 20 }, () => makeFolder(join(dir, 'x', 'y', 'z'))));
    expect((await stat(join(dir, 'x', 'y', 'z'))).isDirectory()).toBe(true);
  });

  it('that cannot be made is refused at once', async () => {
    if (process.platform === 'linux')
      await expect(makeFolder('/proc/millrace/x')).rejects.toThrow(/ENOENT/);
    await writeFile(join(dir, 'file'), '');
    await expect(makeFolder(join(dir, 'file'))).rejects.toThrow(/EEXIST/);
    await expect(makeFolder(join(dir, 'file', 'x'))).rejects.toThrow(/ENOTDIR/);
  });

  it('is nowhere made in the way that goes round for ever', () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const sources = ['activities', 'api', 'db', 'processes', 'temporal-config', 'workers'].flatMap(
      (folder) =>
        readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.ts'))
          .map((name) => `${folder}/${name}`),
    );
    expect(
      sources.filter((file) =>
        /mkdir(Sync)?\([^;]*recursive/.test(readFileSync(root + file, 'utf8')),
      ),
    ).toEqual([]);
  });
});
