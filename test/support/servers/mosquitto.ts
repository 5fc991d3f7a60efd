import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../../processes/port.js';
import { eventually } from '../timing/eventually.js';

/** Debian keeps mosquitto off the PATH of ordinary users. */
const candidates = [
  '/usr/sbin/mosquitto',
  '/usr/local/sbin/mosquitto',
  '/opt/homebrew/sbin/mosquitto',
];

/** The command of an installed mosquitto. */
export const mosquittoCommand: string | undefined =
  spawnSync('mosquitto', ['-h']).error === undefined
    ? 'mosquitto'
    : candidates.find((path) => existsSync(path));

export interface TestBroker {
  url: string;
  stop(): Promise<void>;
}

/** A separate real broker, keeping all messages while nobody reads. */
export async function startMosquitto(): Promise<TestBroker> {
  if (mosquittoCommand === undefined) throw new Error('mosquitto is not installed');
  const port = await findFreePort();
  const dir = await mkdtemp(join(tmpdir(), 'millrace-mosquitto-'));
  await chmod(dir, 0o755);
  const config = join(dir, 'mosquitto.conf');
  await writeFile(
    config,
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'max_queued_messages 0',
      'log_type error',
      '',
    ].join('\n'),
  );
  const child = spawn(mosquittoCommand, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (complaint += text));
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`mosquitto ended at once: ${complaint}`);
    await accepts(port);
  });
  return {
    url: `mqtt://127.0.0.1:${port}`,
    stop: async () => {
      await end(child);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

async function accepts(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}
