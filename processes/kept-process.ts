import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { endingOf } from './ending.js';
import { recordProcess } from './record.js';

interface KeptProcessOptions {
  command: string;
  args: readonly string[];
  /** The signal to stop, and the time to stop in before the process is killed. */
  stopSignal: 'INT' | 'TERM';
  graceSeconds: number;
  /** The file for the output, appended to. */
  logFile: string;
  /** The file of the process's identity, for a later start. */
  recordFile?: string | undefined;
  user?: { uid: number; gid: number } | undefined;
}

export interface KeptProcess {
  pid: number;
  /** Resolves with the end of the process in words (ending.ts), for any cause. */
  exited: Promise<string>;
  /** Asks the process to stop and waits for the end. Safe to call twice. */
  stop: () => Promise<void>;
}

/** A shell is ready at once, or never. */
const firstLineWithinMs = 30_000;

/** The script without comments: a list of processes stays legible. */
const keeper = readFileSync(new URL('keeper.sh', import.meta.url), 'utf8').replace(/^#.*\n/gm, '');

/**
 * Starts a child under a keeper: after any end of the parent, the keeper ends the child. A
 * terminal's Ctrl-C does not reach the child, so the child runs until `stop`.
 */
export async function startKeptProcess(options: KeptProcessOptions): Promise<KeptProcess> {
  const { command, args, stopSignal, graceSeconds, logFile, recordFile, user } = options;
  const log = openSync(logFile, 'a', 0o600);
  // The script goes by value: another user may not be able to read the file.
  const child = spawn(
    '/bin/sh',
    ['-c', keeper, 'keeper', stopSignal, String(graceSeconds), command, ...args],
    {
      detached: true,
      cwd: '/',
      stdio: ['pipe', 'pipe', log],
      ...user,
    },
  );
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
  const line = once(createInterface(stdout), 'line', { signal: inTime }).then(([line]) =>
    String(line),
  );
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      reject(new Error(`A keeper ended before it began (${signal ?? `code ${code}`})`)),
    );
  });
  try {
    return await Promise.race([line, ended]);
  } catch (error) {
    line.catch(() => undefined);
    child.kill('SIGKILL');
    throw inTime.aborted
      ? new Error(`A keeper said nothing within ${firstLineWithinMs / 1_000} s`)
      : error;
  } finally {
    ended.catch(() => undefined);
  }
}
