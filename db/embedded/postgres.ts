import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeFolder } from '../../processes/folder.js';
import { startKeptProcess, type KeptProcess } from '../../processes/kept-process.js';
import { findFreePort } from '../../processes/port.js';
import { StartupFailure } from '../../processes/startup-failure.js';
import { findPostgresBinaries } from './binaries.js';
import { endLeftovers } from './leftovers.js';
import { whoRunsPostgres, type RunAs } from './system-user.js';

interface PostgresOptions {
  /** The data folder; made on first use. Beside the folder are `<dir>.password` and `<dir>.log`. */
  dir: string;
  /** A free port when 0 or absent. */
  port?: number | undefined;
  /**
   * Whether a commit survives a power cut; true unless said otherwise. Without, tests are quicker.
   */
  durable?: boolean | undefined;
}

interface PostgresServer {
  /** Of a superuser; good for making roles and databases. */
  adminUrl: string;
  port: number;
  pid: number;
  exited: Promise<string>;
  /** Resolves once the server has answered; waits for ever on a server that hangs. */
  answer: () => Promise<void>;
  stop: () => Promise<void>;
}

const host = '127.0.0.1';
const stopGraceSeconds = 20;
const readyWithinMs = 60_000;
/** SSLRequest of PostgreSQL's protocol: the length and the request's code. */
const tlsRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const answerWithinMs = 10_000;
/** A path of a socket has to fit into 108 bytes. */
const socketDirLimit = 85;

/** Starts a real PostgreSQL and resolves once ready. The server ends with the calling process. */
export async function startPostgres({
  durable = true,
  ...options
}: PostgresOptions): Promise<PostgresServer> {
  const dir = resolve(options.dir);
  const [passwordFile, logFile] = [`${dir}.password`, `${dir}.log`];
  await makeFolder(dirname(dir));
  const { initdb, postgres } = findPostgresBinaries();
  const runAs = whoRunsPostgres([initdb, dirname(dir)]);

  await endLeftovers(dir, stopGraceSeconds * 1_000);
  if (!existsSync(dir)) await initialise({ initdb, dir, passwordFile, runAs, durable });

  const port = options.port || (await findFreePort());
  const [command, ...args] = [
    ...runAs.prefix,
    postgres,
    '-D',
    dir,
    '-p',
    String(port),
    ...Object.entries(settings(dir, durable)).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]),
  ] as [string, ...string[]];
  const server = await startKeptProcess({
    command,
    args,
    stopSignal: 'INT',
    graceSeconds: stopGraceSeconds,
    logFile,
    user: runAs.user,
  });
  try {
    await waitUntilReady(server, dir);
  } catch (error) {
    await server.stop();
    const lastWords = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-4).join('\n');
    throw new StartupFailure(`PostgreSQL did not start: ${String(error)}\n${lastWords}`);
  }
  const password = (await readFile(passwordFile, 'utf8')).trim();
  return {
    adminUrl: `postgresql://postgres:${password}@${host}:${port}/postgres`,
    port,
    pid: server.pid,
    exited: server.exited,
    answer: () => answerAt(port),
    stop: server.stop,
  };
}

function settings(dir: string, durable: boolean): Record<string, string | number> {
  return {
    listen_addresses: host,
    unix_socket_directories: Buffer.byteLength(dir) > socketDirLimit ? '' : dir,
    max_connections: 200,
    shared_buffers: '256MB',
    wal_buffers: '16MB',
    min_wal_size: '256MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    // Statements are short: compiling or parallel plans cost more than they gain.
    jit: 'off',
    max_parallel_workers_per_gather: 0,
    io_method: 'sync',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
}

interface Initialisation {
  initdb: string;
  dir: string;
  passwordFile: string;
  runAs: RunAs;
  durable: boolean;
}

/**
 * The data folder is made under another name first, so that a folder left unfinished by a killed
 * start is not taken for a database.
 */
async function initialise({
  initdb,
  dir,
  passwordFile,
  runAs,
  durable,
}: Initialisation): Promise<void> {
  const draft = `${dir}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
  if (runAs.owner !== undefined) {
    for (const path of [draft, passwordFile]) await chown(path, runAs.owner.uid, runAs.owner.gid);
  }
  const [command, ...args] = [
    ...runAs.prefix,
    initdb,
    '-D',
    draft,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--locale=C',
    '--encoding=UTF8',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ] as [string, ...string[]];
  await promisify(execFile)(command, args, { cwd: '/', ...runAs.user }).catch((error: unknown) => {
    throw new StartupFailure(`PostgreSQL could not make its data folder ${dir}: ${String(error)}`);
  });
  await rename(draft, dir);
}

async function waitUntilReady(server: KeptProcess, dir: string): Promise<void> {
  let isOver = false;
  void server.exited.then(() => (isOver = true));
  for (const until = Date.now() + readyWithinMs; Date.now() < until; await sleep(20)) {
    if (isOver) throw new Error('it ended at once');
    const lines = await readFile(join(dir, 'postmaster.pid'), 'utf8').then(
      (text) => text.split('\n'),
      () => [],
    );
    if (lines[0] === String(server.pid) && lines[7]?.trim() === 'ready') return;
  }
  throw new Error(`it was not ready within ${readyWithinMs / 1_000} s`);
}

/**
 * Asks the server for TLS, answered before any sign-in: no credentials, and no line in the server's
 * log.
 */
function answerAt(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => socket.write(tlsRequest));
    socket.setTimeout(answerWithinMs, () => socket.destroy(new Error('no answer')));
    socket.once('data', () => {
      resolve();
      socket.destroy();
    });
    socket.once('error', reject).once('close', () => reject(new Error('closed without an answer')));
  });
}
