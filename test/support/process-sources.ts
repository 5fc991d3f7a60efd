import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The file, and all that it imports at run time; of what a domain loads on demand nothing, since that is another part's. */
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

const shared = ['workers/shared/process.ts', 'workers/shared/resources.ts'];

const workers = readdirSync(join(root, 'workers'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(worker|task)\.ts$/.test(name))
  .map((name) => `workers/${name}`);
const entries: Readonly<Record<string, readonly string[]>> = {
  migrate: ['workers/provision.ts', 'workers/migrate.ts'],
  api: ['workers/api.process.ts', ...shared],
  workers: [...workers, ...shared],
  relay: ['workers/outbox.process.ts', ...shared],
  gateway: ['workers/gateway.process.ts'],
  forwarder: ['workers/forwarder.process.ts'],
};

/** Where the code of a part begins: of a role of main.ts, or of a program. */
export function entriesOf(part: string): readonly string[] {
  const files = entries[part];
  if (!files) throw new Error(`say in test/support/process-sources.ts where the code of ${part} begins`);
  return files;
}
