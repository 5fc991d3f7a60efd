import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { program } from '../../processes/node-process.js';
import { StartupFailure } from '../../processes/startup-failure.js';
import type { DemoLogin } from '../demo/demo-seed.js';
import type { DataFolder } from './data-folder.js';

/**
 * Makes the demo accounts, once a database: later changes and removals stay, and a second start
 * need not wait.
 */
export async function seedDemoOnce(
  folder: DataFolder,
  variables: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<DemoLogin[]> {
  const file = folder.file('demo.json');
  // Our own may be on another port next time, and is the same.
  const { host, port, pathname } = new URL(variables['DATABASE_URL'] ?? '');
  const database = port === variables['POSTGRES_PORT'] ? 'our own' : `${host}${pathname}`;
  if (existsSync(file)) {
    const seeded = JSON.parse(await readFile(file, 'utf8')) as {
      database: string;
      logins: DemoLogin[];
    };
    if (seeded.database === database) return seeded.logins;
  }
  const logins = await seedDemo(variables, signal);
  await writeFile(`${file}.new`, JSON.stringify({ database, logins }), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return logins;
}

/**
 * In a process of its own, so the process of npm start does not carry the dependencies of the seed.
 */
async function seedDemo(variables: NodeJS.ProcessEnv, signal: AbortSignal): Promise<DemoLogin[]> {
  const child = spawn(process.execPath, [program, 'workers/seed.ts'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: variables,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    signal,
  });
  let logins: DemoLogin[] = [];
  let output = '';
  child.on('message', (message) => (logins = (message as { logins: DemoLogin[] }).logins));
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0)
    throw new StartupFailure(`The demo accounts could not be made:\n${output.trim()}`);
  return logins;
}
