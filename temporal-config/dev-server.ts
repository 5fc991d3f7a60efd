import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from '../processes/folder.js';
import { startKeptProcess, type KeptProcess } from '../processes/kept-process.js';
import { findFreePort } from '../processes/port.js';
import { endRecorded } from '../processes/record.js';
import { StartupFailure } from '../processes/startup-failure.js';
import { findTemporal } from './find-temporal.js';
import { dynamicConfig, searchAttributes, sqlitePragmas } from './settings.js';
import { hiddenLoopback, startUiGuard, type UiGuard } from './ui-guard.js';

interface TemporalOptions {
  /** Folder of the server's state; in memory by default. */
  dataDir?: string | undefined;
  /** A free port if 0 or absent. */
  port?: number | undefined;
  /** Port of the Web UI: a free port if 0, no Web UI if absent. */
  uiPort?: number | undefined;
  namespace?: string | undefined;
  /** The CLI to use, without a search. */
  executable?: string | undefined;
  /** Gets a line about each slow step. */
  progress?: ((line: string) => void) | undefined;
  /** The server's original settings, for comparison. */
  stock?: boolean | undefined;
  /** Settings besides Millrace's own; each value is JSON. */
  dynamicConfig?: Readonly<Record<string, string | number>> | undefined;
}

interface TemporalServer {
  address: string;
  namespace: string;
  uiUrl?: string;
  pid: number;
  exited: Promise<string>;
  /** Resolves when the server has answered; a hanging server leaves the promise pending. */
  answer: () => Promise<void>;
  stop: () => Promise<void>;
}

const host = '127.0.0.1';
const stopGraceSeconds = 8;
const readyWithinMs = 60_000;

/**
 * A real Temporal development server, ready with namespace and search attributes. Ends with the
 * calling process.
 */
export async function startTemporal(options: TemporalOptions = {}): Promise<TemporalServer> {
  const executable = await findTemporal(options);
  const namespace = options.namespace ?? 'default';
  const port = options.port || (await findFreePort());
  const httpPort = await findFreePort();
  const httpHost = `${randomBytes(16).toString('hex')}.invalid`;
  const uiPort = options.uiPort === 0 ? await findFreePort() : options.uiPort;
  const ui = { host: await hiddenLoopback(), port: await findFreePort() };

  const persistent = options.dataDir !== undefined;
  const dir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'temporal-')));
  await makeFolder(dir, 0o700);
  const recordFile = join(dir, 'process.json');
  const logFile = join(dir, 'server.log');
  await endRecorded(recordFile, 'SIGTERM', stopGraceSeconds * 1_000);

  const server = await startKeptProcess({
    command: executable,
    args: [
      'server',
      'start-dev',
      '--ip',
      host,
      '--port',
      String(port),
      '--http-port',
      String(httpPort),
      '--log-level',
      'warn',
      '--namespace',
      namespace,
      ...(uiPort === undefined
        ? ['--headless']
        : ['--ui-ip', ui.host, '--ui-port', String(ui.port)]),
      ...(persistent ? ['--db-filename', join(dir, 'temporal.db')] : []),
      ...pairs('--search-attribute', searchAttributes),
      ...(options.stock || !persistent ? [] : pairs('--sqlite-pragma', sqlitePragmas)),
      ...(options.stock ? [] : pairs('--dynamic-config-value', dynamicConfig)),
      ...pairs('--dynamic-config-value', options.dynamicConfig ?? {}),
      // The HTTP port always listens, and a web page could start workflows there: so the server
      // answers only to a name made for each start.
      '--dynamic-config-value',
      `frontend.httpAllowedHosts=["${httpHost}"]`,
    ],
    stopSignal: 'TERM',
    graceSeconds: stopGraceSeconds,
    logFile,
    recordFile,
  });
  let guard: UiGuard | undefined;
  void server.exited.then(() => guard?.close());
  const stop = async () => {
    guard?.close();
    await server.stop();
    await rm(persistent ? recordFile : dir, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(server, { namespace, httpPort, httpHost, address: `${host}:${port}` });
    if (uiPort !== undefined) guard = await startUiGuard({ host, port: uiPort }, ui);
  } catch (error) {
    const lastWords = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-5).join('\n');
    await stop();
    throw new StartupFailure(
      `Temporal did not start: ${String(error)}\n${lastWords}${remedyFor(lastWords, dir)}`,
    );
  }
  return {
    address: `${host}:${port}`,
    namespace,
    ...(uiPort === undefined ? {} : { uiUrl: `http://${host}:${uiPort}` }),
    pid: server.pid,
    exited: server.exited,
    answer: async () =>
      void (await ask({ port: httpPort, path: '/system-info', headers: { host: httpHost } })),
    stop,
  };
}

/**
 * The advice after a broken file: nothing of the file is needed, since rows and workflows are put
 * together again from PostgreSQL.
 */
const remedyFor = (lastWords: string, dir: string): string =>
  /not a database|malformed|corrupt|disk I\/O error/i.test(lastWords)
    ? `\nIts file is broken. Remove it (rm -r ${dir}) and start again: what was under way is made anew from PostgreSQL within minutes.`
    : '';

function pairs(flag: string, values: Record<string, string | number>): string[] {
  return Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
}

/** Search attributes come last: the server registers them after the namespace. */
async function waitUntilReady(
  server: KeptProcess,
  at: { namespace: string; httpPort: number; httpHost: string; address: string },
): Promise<void> {
  let isOver = false;
  void server.exited.then(() => (isOver = true));
  const path = `/cluster/namespaces/${at.namespace}/search-attributes`;
  for (const until = Date.now() + readyWithinMs; Date.now() < until; await sleep(50)) {
    if (isOver) throw new Error('it ended at once');
    const answer = await ask({ port: at.httpPort, path, headers: { host: at.httpHost } }).catch(
      () => '',
    );
    const known = Object.keys(searchAttributes).filter((name) => answer.includes(`"${name}"`));
    if (known.length === Object.keys(searchAttributes).length) return;
    if (known.length === 0) continue;
    // The server makes search attributes for a new file alone; a file of the version before has
    // fewer. Only then loading Temporal's client is worth the time.
    const { prepareGivenTemporal } = await import('./given-server.js');
    await prepareGivenTemporal(at);
  }
  throw new Error(`it was not ready within ${readyWithinMs / 1_000} s`);
}

/** By node:http, since fetch lets nobody choose the name in the request. */
function ask(at: { port: number; path: string; headers: { host: string } }): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(2_000);
    get(
      { ...at, host, signal, agent: false },
      (answer) => void text(answer).then(resolve, reject),
    ).once('error', reject);
  });
}
