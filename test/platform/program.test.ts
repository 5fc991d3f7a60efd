import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { program } from '../../processes/node-process.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, '.cache', 'programs');

let dir: string;
let entry: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'millrace-program-'));
  entry = join(dir, 'greeting.ts');
  await writeFile(
    entry,
    `import { word } from './word.js';
     const [, own, ...args] = process.argv as [string, string, ...string[]];
     console.log(JSON.stringify({ word, url: import.meta.url, own, args }));
     const late = async (): Promise<void> => { if (args.includes('fail')) throw new Error('as asked'); };
     await late();`,
  );
  await say('first');
});
afterAll(async () => {
  await rm(dir, { recursive: true });
  for (const name of await readdir(cache))
    if (name.includes('millrace-program-')) await rm(join(cache, name), { recursive: true });
});

describe('a program', () => {
  it('is told its arguments and where it stands, as if it ran uncompiled', async () => {
    const { word, url, own, args } = await greet('--loud', 'twice');
    expect([word, url, args]).toEqual(['first', pathToFileURL(entry).href, ['--loud', 'twice']]);
    expect(own).toBe(entry);
  });

  it('is compiled anew when a file that it imports has changed, and no more often', async () => {
    const compiled = async () =>
      (await readdir(cache)).filter((name) => name.includes('millrace-program-')).sort();
    await greet();
    const before = await compiled();
    await greet();
    expect(await compiled()).toEqual(before);
    await say('second');
    expect((await greet()).word).toBe('second');
    expect((await compiled()).length).toBe(before.length + 1);
    await say('first');
    expect((await greet()).word).toBe('first');
  });

  it('may be started by several at once before it is compiled', async () => {
    await say('third');
    const greetings = await Promise.all([greet(), greet(), greet()]);
    expect(greetings.map(({ word }) => word)).toEqual(['third', 'third', 'third']);
    expect((await readdir(cache)).filter((name) => /greeting\.\d+/.test(name))).toEqual([]);
  });

  it('names in its errors the lines that were written', async () => {
    const { code, complaint } = await run('fail');
    expect(code).toBe(1);
    expect(complaint).toMatch(/as asked[^]*greeting\.ts:4:\d+/);
  });
});

const say = (word: string) =>
  writeFile(join(dir, 'word.ts'), `export const word: string = '${word}';`);

interface Greeting {
  word: string;
  url: string;
  own: string;
  args: string[];
}

async function greet(...args: string[]): Promise<Greeting> {
  const { code, output, complaint } = await run(...args);
  if (code !== 0) throw new Error(complaint);
  return JSON.parse(output) as Greeting;
}

async function run(...args: string[]) {
  const child = spawn(process.execPath, [program, relative(root, entry), ...args], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [output, complaint, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
  ]);
  return { output, complaint, code };
}
