import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { program } from '../../../processes/node-process.js';
import type { TestSystem } from './system.js';

export interface PartProcess {
  /** The line of readiness, or the signal of an earlier end. */
  ready: Promise<string>;
  /** The signal that ended the process; null after a normal exit. */
  death: Promise<string | null>;
  kill(): Promise<void>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const shared = [
  'SECRET_KEY',
  'DATABASE_URL',
  'DATABASE_RELAY_URL',
  'DATABASE_INGEST_URL',
  'DATABASE_MARKET_URL',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
] as const;

/**
 * A part beside a test system, over the same database and queues, in a process that can be killed:
 * see part.ts.
 */
export function startPart(
  { config, queueOf }: Pick<TestSystem, 'config' | 'queueOf'>,
  part: 'api' | 'decisions',
  more: Readonly<Record<string, string>> = {},
): PartProcess {
  const given = Object.fromEntries(shared.map((name) => [name, config[name] ?? '']));
  const child = spawn(process.execPath, [program, 'test/support/system/part.ts'], {
    cwd: root,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_ENV: 'test',
      PORT: '0',
      PART: part,
      QUEUES: queueOf('').slice(1),
      ...given,
      ...more,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const death = once(child, 'exit').then(([, signal]) => signal as string | null);
  const ready = Promise.race([once(child.stdout, 'data').then(String), death.then(String)]);
  return {
    ready: ready.then((said) => said.trim()),
    death,
    async kill() {
      child.kill('SIGKILL');
      await death;
    },
  };
}
