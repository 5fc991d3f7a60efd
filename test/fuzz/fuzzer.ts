import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A newer version checks more, and may find more. */
const version = '4.32.5';
const home = fileURLToPath(new URL(`../../.cache/schemathesis-${version}`, import.meta.url));
const command = `${home}/bin/schemathesis`;

/** Installs Schemathesis from PyPI into a separate folder, unless installed. */
export function installFuzzer(): void {
  if (existsSync(command)) return;
  console.log(`Installing Schemathesis ${version} into ${home} (once)`);
  run('python3', ['-m', 'venv', home]);
  run(`${home}/bin/pip`, [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    `schemathesis==${version}`,
  ]);
}

function run(program: string, args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (status === 0) return;
  const why = error ? `: ${error.message}` : '';
  console.error(`${program} ${args.join(' ')} failed${why}. It needs python3 with venv, and PyPI.`);
  process.exit(2);
}

/** 0 without findings, 1 with findings, 2 when the run failed, or did not end in the given time. */
export async function runFuzzer(
  args: string[],
  { withinMs, folder }: { withinMs: number; folder: string },
): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', cwd: folder, timeout: withinMs });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 2;
}
