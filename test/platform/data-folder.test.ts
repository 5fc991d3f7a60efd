import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roleNames } from '../../db/setup/provision.js';
import { readSecrets, type Secrets } from '../../workers/dev/data-folder.js';

let path: string;
beforeAll(async () => {
  path = await mkdtemp(join(tmpdir(), 'millrace-data-'));
});
afterAll(() => rm(path, { recursive: true }));

const file = (...names: string[]) => join(path, ...names);
const read = () => readSecrets({ path, file, claimed: { release: async () => undefined } });

describe('the secrets of npm start', () => {
  it('are made once, with a password for each role', async () => {
    const made = await read();
    expect(Object.keys(made.passwords)).toEqual(Object.keys(roleNames));
    expect(await read()).toEqual(made);
  });

  it('get what a new version adds, and keep what there was', async () => {
    const before = await read();
    const { gateway: _added, ...passwords } = before.passwords;
    await writeFile(file('secrets.json'), JSON.stringify({ ...before, passwords }));
    const after = await read();
    expect(after).toEqual({
      ...before,
      passwords: { ...passwords, gateway: after.passwords.gateway },
    });
    expect(after.passwords.gateway).toMatch(/^[0-9a-f]{48}$/);
    expect(JSON.parse(await readFile(file('secrets.json'), 'utf8'))).toEqual(
      after satisfies Secrets,
    );
  });
});
