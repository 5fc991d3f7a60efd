import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { endingOf } from './ending.js';
import { recordProcess } from './record.js';

export interface KeptProcessOptions {
  command: string;
  args: readonly string[];
  /** What asks it to stop, and how long it may take before it is killed. */
  stopSignal: 'INT' | 'TERM';
  graceSeconds: number;
  /** Its output is appended here. */
  logFile: string;
  /** Where its identity is kept for a later start. */
  recordFile?: string | undefined;
  user?: { uid: number; gid: number } | undefined;
}

export interface KeptProcess {
  pid: number;
  /** Resolves with how it ended (ending.ts), whoever ended it. */
  exited: Promise<string>;
  /** Asks it to stop and waits until it has. Safe to call twice. */
  stop: () => Promise<void>;
}

/** A shell says it at once, or not at all. */
const firstLineWithinMs = 30_000;

/** Without its comments, so that a list of processes stays legible. */
const keeper = readFileSync(new URL('keeper.sh', import.meta.url), 'utf8').replace(/^#.*\n/gm, '');

/**
 * Starts a process that ends when this one does, however this one ends, but not by a terminal's Ctrl-C: it outlives that until
 * it is stopped. It does not keep this process alive.
 */
export async function startKeptProcess(options: KeptProcessOptions): Promise<KeptProcess> {
  const { command, args, stopSignal, graceSeconds, logFile, recordFile, user } = options;
  const log = openSync(logFile, 'a', 0o600);
  // The script goes by value: another user may not be able to read the file.
  const child = spawn('/bin/sh', ['-c', keeper, 'keeper', stopSignal, String(graceSeconds), command, ...args], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'pipe', log],
    ...user,
  });
  closeSync(log);
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('A keeper without its pipes');
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(endingOf(code, signal)));
  });
  const pid = Number(await firstLine(child, stdout));
  if (recordFile !== undefined) await recordProcess(recordFile, pid);

  child.unref();
  for (const pipe of [stdin, stdout]) if (pipe instanceof Socket) pipe.unref();
  return {
    pid,
    exited,
    async stop() {
      child.ref();
      stdin.end();
      await exited;
    },
  };
}

async function firstLine(child: ChildProcess, stdout: Readable): Promise<string> {
  const inTime = AbortSignal.timeout(firstLineWithinMs);
  const said = once(createInterface(stdout), 'line', { signal: inTime }).then(([line]) => String(line));
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      reject(new Error(`A keeper ended before it began (${signal ?? `code ${code}`})`)),
    );
  });
  try {
    return await Promise.race([said, ended]);
  } catch (error) {
    said.catch(() => undefined);
    child.kill('SIGKILL');
    throw inTime.aborted ? new Error(`A keeper said nothing within ${firstLineWithinMs / 1_000} s`) : error;
  } finally {
    ended.catch(() => undefined);
  }
}
