import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { makeFolder } from '../processes/folder.js';
import { StartupFailure } from '../processes/startup-failure.js';

const cacheDir = fileURLToPath(new URL('../.cache/bin', import.meta.url));
const cached = join(cacheDir, 'temporal');
/** The last version accepted by `go install`: later versions carry replace directives. */
const goModule = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

const threeWays = `There is no Temporal here, and it could not be fetched. Any one of these helps:
  - install the Temporal CLI (https://docs.temporal.io/cli), on PATH or named by TEMPORAL_CLI
  - install Go (https://go.dev/dl): the CLI is then built from source, once, in two to four minutes
  - set TEMPORAL_ADDRESS to a Temporal server that runs already`;

interface FindTemporalOptions {
  executable?: string | undefined;
  progress?: ((line: string) => void) | undefined;
}

/** Path of a working Temporal CLI, fetched or built if there is none yet. */
export async function findTemporal({
  executable,
  progress = () => {},
}: FindTemporalOptions = {}): Promise<string> {
  if (executable !== undefined) {
    if (runs(executable)) return executable;
    throw new StartupFailure(
      `TEMPORAL_CLI names ${executable}, which is not a Temporal CLI that runs here.`,
    );
  }
  if (runs('temporal')) return 'temporal';
  if (existsSync(cached) && runs(cached)) return cached;

  await makeFolder(cacheDir);
  const workDir = await mkdtemp(join(cacheDir, 'fetch-'));
  try {
    const fetched = (await download(workDir, progress)) ?? (await build(workDir, progress));
    if (fetched === undefined || !runs(fetched)) throw new StartupFailure(threeWays);
    await rename(fetched, cached);
    return cached;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

function runs(executable: string): boolean {
  const { status, stdout } = spawnSync(executable, ['--version'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  return status === 0 && stdout.startsWith('temporal version');
}

/**
 * The SDK's own download, in a separate process since the download cannot be called off: given up
 * after 15 s without data.
 */
async function download(
  dir: string,
  progress: (line: string) => void,
): Promise<string | undefined> {
  progress('Fetching the Temporal CLI');
  const script = `
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const executable = { type: 'cached-download', downloadDir: ${JSON.stringify(dir)} };
    await (await TestWorkflowEnvironment.createLocal({ server: { executable } })).teardown();
    process.exit();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'ignore',
  });
  let isOver = false;
  child.once('close', () => (isOver = true));
  const startedAt = Date.now();
  for (let isComing = false; !isOver; await sleep(200)) {
    const names = await readdir(dir);
    const done = names.find((name) => !name.endsWith('.downloading'));
    if (done !== undefined && names.length === 1) break;
    isComing ||= names.length > 0;
    if (Date.now() - startedAt > (isComing ? 300_000 : 15_000)) break;
  }
  child.kill('SIGKILL');
  const name = (await readdir(dir)).find((each) => !each.endsWith('.downloading'));
  if (name === undefined) return undefined;
  await chmod(join(dir, name), 0o755);
  return join(dir, name);
}

/** Built from source through the Go module proxy. */
async function build(dir: string, progress: (line: string) => void): Promise<string | undefined> {
  if (spawnSync('go', ['version']).status !== 0) return undefined;
  progress(
    'The download is not reachable: building the Temporal CLI with Go, two to four minutes, this once',
  );
  // `env` keeps the rest of the environment; stripped, the binary is a third smaller.
  const child = spawn('env', [`GOBIN=${dir}`, 'go', 'install', '-v', '-ldflags=-s -w', goModule], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  let packages = 0;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-2_000);
    packages += text.split('\n').length - 1;
  });
  const startedAt = Date.now();
  const ticker = setInterval(() => {
    progress(
      `Building Temporal: ${Math.round((Date.now() - startedAt) / 1_000)} s, ${packages} steps`,
    );
  }, 15_000);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(ticker);
  if (status !== 0)
    throw new StartupFailure(`Building the Temporal CLI failed:\n${output.trim()}\n\n${threeWays}`);
  return join(dir, 'temporal');
}
