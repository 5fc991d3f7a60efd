import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { madeUpChanges, madeUpFiles } from './made-up-domain.js';

/** A copy of the tree with the made-up domain in it. */
export interface MadeUpTree {
  dir: string;
  write(path: string, text: string): Promise<void>;
  /** Output of a program of Node in the copy, after any exit code. */
  outputOf(...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

const run = promisify(execFile);
export const root = fileURLToPath(new URL('../../..', import.meta.url));
export const layers = ['workflows', 'activities', 'db', 'api', 'workers'];
const copied = [
  ...layers,
  'processes',
  'temporal-config',
  'client',
  'test/support',
  'config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  '.dependency-cruiser.cjs',
];

export async function makeMadeUpTree(): Promise<MadeUpTree> {
  const dir = await mkdtemp(join(tmpdir(), 'millrace-domain-'));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  };
  for (const name of copied) await cp(join(root, name), join(dir, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'));
  for (const [path, text] of Object.entries(madeUpFiles)) await write(path, text.trimStart());
  for (const [path, changes] of Object.entries(madeUpChanges)) {
    let text = await readFile(join(dir, path), 'utf8');
    for (const [before, after] of changes) {
      if (!text.includes(before)) throw new Error(`${path} has no ${before}`);
      text = text.replace(before, after);
    }
    await write(path, text);
  }
  return {
    dir,
    write,
    outputOf: (...args) =>
      run(process.execPath, args, { cwd: dir }).then(
        ({ stdout }) => stdout,
        (error: unknown) => `${Object(error).stdout}${Object(error).stderr}`,
      ),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
