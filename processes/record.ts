import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDiskFull } from './disk.js';
import { identify, isErrno, isRunning, signalProcess, type ProcessIdentity } from './identity.js';

/**
 * Notes a running process in a file, so that a later start can end a process of a killed
 * parent. A full disk is no obstacle: leash and keeper end a process as well.
 */
export async function recordProcess(file: string, pid: number): Promise<void> {
  const identity = identify(pid);
  if (identity === undefined) return;
  try {
    await writeFile(`${file}.new`, JSON.stringify(identity), { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
}

/** The process of a record, while it runs. */
export async function readRecord(file: string): Promise<ProcessIdentity | undefined> {
  try {
    const identity: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isIdentity(identity) && isRunning(identity) ? identity : undefined;
  } catch (error) {
    if (isErrno(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Ends a process of an earlier start: politely, and after the grace by force. Answers whether there
 * was such a process.
 */
export async function endRecorded(
  file: string,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<boolean> {
  const leftover = await readRecord(file);
  if (leftover !== undefined) {
    signalProcess(leftover, signal);
    if (!(await hasEnded(leftover, graceMs))) {
      signalProcess(leftover, 'SIGKILL');
      await hasEnded(leftover, 5_000);
    }
  }
  await rm(file, { force: true });
  return leftover !== undefined;
}

async function hasEnded(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  for (const until = Date.now() + withinMs; Date.now() < until; await sleep(25)) {
    if (!isRunning(identity)) return true;
  }
  return !isRunning(identity);
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    Number.isInteger(value.pid) &&
    'startedAt' in value &&
    typeof value.startedAt === 'string'
  );
}
