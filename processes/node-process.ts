import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endingOf } from './ending.js';
import { recordProcess } from './record.js';
import { StartupFailure } from './startup-failure.js';

interface NodeProcessOptions {
  name: string;
  /** A TypeScript file, as a path from the root; calls `process.send({ ready: … })` when up. */
  entry: string;
  variables: NodeJS.ProcessEnv;
  logFile: string;
  recordFile: string;
  readyWithinMs: number;
  graceMs: number;
  /** Ends a process during the start. */
  signal?: AbortSignal | undefined;
}

export interface RunningProcess {
  pid: number;
  /** Resolves with the end of the process in words (ending.ts). */
  exited: Promise<string>;
  /** Resolves when the process answers; stays pending while the process hangs. */
  answer: () => Promise<void>;
  stop: () => Promise<void>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const leash = new URL('leash.mjs', import.meta.url).href;
/** Runs a TypeScript program, named by the path from the root. */
export const program = fileURLToPath(new URL('program.mjs', import.meta.url));

/**
 * Starts a child in a separate session, so that a terminal's Ctrl-C reaches the parent alone. The
 * leash ends the child when the parent is gone. Resolves when the child is ready.
 */
export async function startNodeProcess(options: NodeProcessOptions): Promise<RunningProcess> {
  const { name, entry, variables, logFile, recordFile, readyWithinMs, graceMs, signal } = options;
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, ['--import', leash, program, entry], {
    cwd: root,
    env: variables,
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(endingOf(code, signal)));
    child.once('error', (error) => resolve(error.message));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await exited;
    clearTimeout(force);
  };
  const endEarly = () => void stop();
  signal?.addEventListener('abort', endEarly);
  const pid = child.pid ?? 0;
  await recordProcess(recordFile, pid);

  const tooLate = new AbortController();
  const ready = new Promise<undefined>((resolve) => {
    child.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'ready' in message) resolve(undefined);
    });
  });
  const late = sleep(readyWithinMs, `was not ready within ${readyWithinMs / 1_000} s`, {
    signal: tooLate.signal,
  });
  const fault = await Promise.race([ready, exited.then((how) => `ended at once (${how})`), late]);
  tooLate.abort();
  signal?.removeEventListener('abort', endEarly);
  if (fault === undefined) return { pid, exited, answer: questionsTo(child), stop };
  await stop();
  throw new StartupFailure(
    `${name} ${fault}. The end of its log, ${logFile}:\n${lastLines(logFile, 20)}`,
  );
}

/** Asks a child by the channel; the leash answers as soon as the child's event loop turns. */
function questionsTo(child: ChildProcess): () => Promise<void> {
  const waiting = new Map<number, () => void>();
  let count = 0;
  child.on('message', (message) => {
    if (typeof message !== 'object' || message === null || !('answered' in message)) return;
    waiting.get(Number(message.answered))?.();
    waiting.delete(Number(message.answered));
  });
  return () =>
    new Promise((resolve) => {
      count += 1;
      waiting.set(count, resolve);
      // The exit event reports the end of a child.
      child.send({ asked: count }, () => undefined);
    });
}

function lastLines(file: string, count: number): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-count).join('\n');
}
