import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isRunning, signalProcess } from '../../processes/identity.js';

/**
 * Ends the processes left running on a data folder by a killed start and removes the lock file,
 * since PostgreSQL does not start while the file's process id belongs to some other process.
 */
export async function endLeftovers(dir: string, graceMs: number): Promise<void> {
  const lockFile = join(dir, 'postmaster.pid');
  const postmaster = firstNumber(lockFile);
  if (postmaster !== undefined && isPostmasterOf(postmaster, dir))
    await end([postmaster], 'SIGINT', graceMs);
  // Backends end by themselves when they notice; until then they hold the shared memory.
  await end(backendsOf(dir), 'SIGQUIT', 2_000);
  rmSync(lockFile, { force: true });
}

async function end(
  pids: readonly number[],
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  const processes = pids.flatMap((pid) => identify(pid) ?? []);
  const rounds = [
    { signal, waitMs: graceMs },
    { signal: 'SIGKILL', waitMs: 2_000 },
  ] as const;
  for (const round of rounds) {
    for (const each of processes) signalProcess(each, round.signal);
    for (const until = Date.now() + round.waitMs; Date.now() < until && processes.some(isRunning);)
      await sleep(20);
  }
}

function firstNumber(file: string): number | undefined {
  const text = attempt(() => readFileSync(file, 'utf8'));
  const number = Number(text?.split('\n')[0]);
  return number > 1 ? number : undefined;
}

function isPostmasterOf(pid: number, dir: string): boolean {
  const commandLine =
    process.platform === 'linux'
      ? attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
      : spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  return commandLine?.includes(`-D ${dir} `) ?? false;
}

/**
 * Processes of PostgreSQL work in the data folder. On platforms without a look-up the processes are
 * left to end by themselves.
 */
function backendsOf(dir: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => attempt(() => readlinkSync(`/proc/${pid}/cwd`)) === dir)
    .filter(
      (pid) => basename(attempt(() => readlinkSync(`/proc/${pid}/exe`)) ?? '') === 'postgres',
    );
}

/** A process's entries in `/proc` may be gone or unreadable. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
