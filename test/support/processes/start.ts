import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { identify, isRunning, type ProcessIdentity } from '../../../processes/identity.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** As on a build machine, where colour libraries colour output that no terminal reads. */
const buildMachine = { CI: 'true', NO_COLOR: '' };
const anyPorts = {
  PORT: '0',
  MQTT_PORT: '0',
  TEMPORAL_PORT: '0',
  TEMPORAL_UI_PORT: '0',
  POSTGRES_PORT: '0',
};

export interface StartedMillrace {
  pid: number;
  output(): string;
  /**
   * Resolves when the table of addresses is there; rejects when the process ends before, or is
   * late.
   */
  ready(): Promise<{ api: string }>;
  /** Resolves with the exit code; rejects when the process has not ended in time. */
  ended(): Promise<number | null>;
  /** The process and all present descendants. */
  processes(): ProcessIdentity[];
}

/**
 * Longer than any of the start's own time-outs, so that the start's own message is reported where
 * there is one.
 */
const readyWithinMs = 120_000;
const endedWithinMs = 100_000;

/** `npm start` without npm, on separate ports and a separate data folder. */
export function startMillrace(variables: Record<string, string>): StartedMillrace {
  const child = spawn(process.execPath, ['workers/bootstrap.mjs', 'workers/dev.ts'], {
    cwd: root,
    env: { ...withoutOurs(process.env), ...buildMachine, ...anyPorts, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more) => (text += more));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const pid = child.pid ?? 0;
  const report = () => `${text}\n${lastLines(variables['DATA_DIR'])}`;
  return {
    pid,
    output: () => text,
    async ready() {
      let isOver = false;
      void ended.then(() => (isOver = true));
      for (const until = Date.now() + readyWithinMs; !isOver;) {
        const api = /API +(http:\S+)\/v1\n/.exec(text)?.[1];
        if (api !== undefined && text.includes('Ready in')) return { api };
        if (Date.now() > until) throw new Error(`npm start was not ready in time:\n${report()}`);
        await sleep(50);
      }
      throw new Error(`npm start ended before it was ready:\n${report()}`);
    },
    async ended() {
      const inTime = new AbortController();
      const late = sleep(endedWithinMs, undefined, { signal: inTime.signal }).then(() => {
        throw new Error(`npm start did not end in time:\n${report()}`);
      });
      try {
        return await Promise.race([ended, late]);
      } finally {
        inTime.abort();
        await late.catch(() => undefined);
      }
    },
    processes: () => descendants(pid).flatMap((each) => identify(each) ?? []),
  };
}

/** The processes still running when the time is over. */
export async function survivors(
  processes: ProcessIdentity[],
  withinMs: number,
): Promise<ProcessIdentity[]> {
  for (const until = Date.now() + withinMs; Date.now() < until && processes.some(isRunning);)
    await sleep(50);
  return processes.filter(isRunning);
}

/** The ends of the logs, for finding the cause of a failure. */
function lastLines(dataDir = ''): string {
  const logs = [
    ...['app', 'gateway'].map((name) => join('logs', `${name}.log`)),
    'postgres.log',
    join('temporal', 'server.log'),
  ];
  return logs
    .filter((log) => existsSync(join(dataDir, log)))
    .map(
      (log) =>
        `${log}:\n${readFileSync(join(dataDir, log), 'utf8').trim().split('\n').slice(-15).join('\n')}`,
    )
    .join('\n\n');
}

/** A developer's own settings must not reach the start under test. */
function withoutOurs(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^(DATABASE_|TEMPORAL_|npm_lifecycle_|NODE_OPTIONS$|NODE_ENV$|JEST_)/;
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => !ours.test(name) || name === 'TEMPORAL_CLI'),
  );
}

function descendants(pid: number): number[] {
  const parents = readdirSync('/proc')
    .map(Number)
    .filter(Boolean)
    .map((each) => [each, parentOf(each)] as const);
  const tree = [pid];
  for (const one of tree)
    tree.push(...parents.filter(([, parent]) => parent === one).map(([each]) => each));
  return tree;
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0; // gone while we looked
  }
}
