import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * The file, and all imports at run time; nothing of the modules a domain loads on demand, since
 * these are another part's.
 */
export function reachableFrom(files: readonly string[]): string[] {
  const found = files.map((file) => join(root, file));
  for (const file of found)
    for (const [, name = '', dynamic = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?!import type).*from '(\.[^']+)\.js'|import\('(\.[^']+)\.js'\)/gm,
    )) {
      const imported = `${join(dirname(file), name || dynamic)}.ts`;
      if (dynamic && file.endsWith('/domain.ts')) continue;
      if (existsSync(imported) && !found.includes(imported)) found.push(imported);
    }
  return found;
}

const shared = ['workers/process/process.ts', 'workers/process/resources.ts'];

/** A domain's modules loaded on demand, by the roles of the files. */
const workersOfRole = (role: RegExp): string[] =>
  readdirSync(join(root, 'workers'), { recursive: true, encoding: 'utf8' })
    .filter((name) => role.test(name))
    .map((name) => `workers/${name}`);
const entries: Readonly<Record<string, readonly string[]>> = {
  migrate: ['workers/provision.ts', 'workers/migrate.ts'],
  api: ['workers/api.process.ts', ...workersOfRole(/\.(routes|reconciliation)\.ts$/), ...shared],
  workers: [...workersOfRole(/\.(worker|task|reconciliation)\.ts$/), ...shared],
  relay: ['workers/outbox.process.ts', ...shared],
  gateway: ['workers/gateway.process.ts'],
  forwarder: ['workers/forwarder.process.ts'],
};

/** Where the code of a part begins: of a role of main.ts, or of a program. */
export function entriesOf(part: string): readonly string[] {
  const files = entries[part];
  if (!files)
    throw new Error(
      `say in test/support/processes/process-sources.ts where the code of ${part} begins`,
    );
  return files;
}
