import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig, secretVariables } from '../../config.js';
import { signalProcess } from '../../processes/identity.js';
import { findFreePort } from '../../processes/port.js';
import type { Secrets } from '../../workers/dev/data-folder.js';
import { formatKeys } from '../../workers/shared/process-keys.js';
import { startMillrace, survivors, type StartedMillrace } from '../support/start.js';

/** Three starts; a busy machine takes several times as long as an idle one, and each has a limit of its own. */
const patience = 460_000;
const goneWithinMs = 10_000;

describe('npm start', () => {
  let dir = '';
  const started: StartedMillrace[] = [];
  const start = (variables: Record<string, string> = {}) => {
    const millrace = startMillrace({ DATA_DIR: join(dir, 'data'), SEED_DEMO: 'false', ...variables });
    started.push(millrace);
    return millrace;
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'millrace-start-'));
  });
  afterAll(async () => {
    for (const each of started.flatMap((millrace) => millrace.processes())) signalProcess(each, 'SIGKILL');
    await rm(dir, { recursive: true, force: true });
  });

  it('says which variable is wrong, and starts nothing', async () => {
    const millrace = start({ PORT: 'eighty', SEED_DEMO: 'perhaps' });
    expect(await millrace.ended()).toBe(1);
    expect(millrace.output()).toMatch(/PORT: .*\n.*SEED_DEMO: /);
    expect(millrace.output()).not.toMatch(/^ +at /m);
    expect(existsSync(join(dir, 'data'))).toBe(false);
  });

  it('says which port is taken, by whom, and which variable moves it', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    const millrace = start({ DATA_DIR: join(dir, 'other'), MQTT_PORT: String(port) });
    expect(await millrace.ended()).toBe(1);
    expect(millrace.output()).toContain(`Port ${port} is in use`);
    expect(millrace.output()).toContain(`MQTT_PORT=${port + 1}`);
    if (process.platform === 'linux') expect(millrace.output()).toContain(`process ${process.pid}`);
    squatter.close();
  });

  it('says which variables name the same port', async () => {
    const port = String(await findFreePort());
    const millrace = start({ DATA_DIR: join(dir, 'other'), PORT: port, MQTT_PORT: port });
    expect(await millrace.ended()).toBe(1);
    expect(millrace.output()).toContain(`PORT and MQTT_PORT name the same port, ${port}.`);
  });

  it('does not take over a folder that holds other things', async () => {
    const millrace = start({ DATA_DIR: process.cwd() });
    expect(await millrace.ended()).toBe(1);
    expect(millrace.output()).toContain('holds other things');
  });

  it('says in one sentence that its data folder cannot be made', async () => {
    const file = join(process.cwd(), 'package.json');
    const millrace = start({ DATA_DIR: file });
    expect(await millrace.ended()).toBe(1);
    expect(millrace.output()).toContain(`DATA_DIR names ${file}, which cannot be made or used`);
    expect(millrace.output()).not.toMatch(/^ +at /m);
  });

  it('refuses at once a data folder where nobody can make one', async () => {
    if (process.platform !== 'linux') return;
    const millrace = start({ DATA_DIR: '/proc/millrace' });
    expect(await millrace.ended()).toBe(1);
    expect(millrace.output()).toContain('DATA_DIR names /proc/millrace, which cannot be made or used');
    expect(millrace.output()).not.toMatch(/^ +at /m);
  });

  it(
    'says of a broken file of Temporal what to do about it',
    async () => {
      const folder = join(dir, 'broken', 'temporal');
      await mkdir(folder, { recursive: true });
      await writeFile(join(dir, 'broken', 'millrace-data'), '');
      await writeFile(
        join(folder, 'temporal.db'),
        'this is no database, and is long enough to be read as one'.repeat(100),
      );
      const millrace = start({ DATA_DIR: join(dir, 'broken') });
      expect(await millrace.ended()).toBe(1);
      expect(millrace.output()).toContain(`Its file is broken. Remove it (rm -r ${folder}) and start again`);
    },
    patience,
  );

  it(
    'lets nobody else onto its data, outlives its own kill -9, and leaves no process at Ctrl-C',
    async () => {
      const first = start();
      const { api } = await first.ready();
      expect((await fetch(`${api}/health`)).status).toBe(200);
      expect((await stat(join(dir, 'data', 'secrets.json'))).mode & 0o777).toBe(0o600);

      expect(await openToOthers(join(dir, 'data'))).toEqual([]);
      const { secretKey } = JSON.parse(await readFile(join(dir, 'data', 'secrets.json'), 'utf8')) as Secrets;
      if (process.platform === 'linux') {
        for (const name of ['app', 'gateway'] as const) {
          const variables = await environmentOf(join(dir, 'data', 'run', `${name}.json`));
          expect(Object.values(variables).join('\n')).not.toContain(secretKey);
          const holders = name === 'app' ? (['api', 'workers', 'relay'] as const) : ([name] as const);
          expect(variables['KEYS']).toBe(formatKeys(loadConfig({ SECRET_KEY: secretKey }), holders));
          if (name === 'app') continue;
          const secrets = Object.keys(variables).filter((variable) => secretVariables.includes(variable));
          expect(secrets.sort()).toEqual(secretsOfGateway);
        }
      }

      const second = start();
      expect(await second.ended()).toBe(1);
      expect(second.output()).toContain(`already runs on ${join(dir, 'data')} (process ${first.pid})`);

      const killed = first.processes();
      process.kill(first.pid, 'SIGKILL');
      const third = start();
      await third.ready();
      expect(await survivors(killed, goneWithinMs)).toEqual([]);

      const all = third.processes();
      expect(all.length).toBeGreaterThan(4);
      process.kill(third.pid, 'SIGINT');
      expect(await third.ended()).toBe(0);
      expect(await survivors(all, goneWithinMs)).toEqual([]);
    },
    patience,
  );

  it(
    'leaves no process at a Ctrl-C while it starts, and ends the app before what the app needs',
    async () => {
      const millrace = start();
      const isAppStarting = () =>
        millrace.output().includes('PostgreSQL on port') && existsSync(join(dir, 'data', 'run', 'app.json'));
      for (const until = Date.now() + patience / 4; !isAppStarting() && Date.now() < until;) await sleep(20);
      const all = millrace.processes();
      process.kill(millrace.pid, 'SIGINT');
      await millrace.ended();
      expect(await survivors(all, goneWithinMs)).toEqual([]);
      expect(millrace.output()).toMatch(/the app\n.*the gateway\n.*Temporal\n.*PostgreSQL\n$/);
    },
    patience,
  );
});

const secretsOfGateway = ['DATABASE_GATEWAY_URL', 'DATABASE_INGEST_URL', 'KEYS'];

/** Of the process that a record names. */
async function environmentOf(record: string): Promise<Record<string, string>> {
  const { pid } = JSON.parse(await readFile(record, 'utf8')) as { pid: number };
  const entries = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter(Boolean);
  return Object.fromEntries(entries.map((entry) => [entry.split('=', 1)[0], entry.slice(entry.indexOf('=') + 1)]));
}

/**
 * What others of the machine could read below a data folder. The folder itself is passable, so that the user who runs PostgreSQL
 * reaches its own, which nobody else enters.
 */
async function openToOthers(folder: string): Promise<string[]> {
  const open: string[] = [];
  if (((await stat(folder)).mode & 0o066) !== 0) open.push(folder);
  const look = async (at: string): Promise<void> => {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      const found = await lstat(path).catch(() => undefined);
      if (found === undefined || entry.isSocket()) continue;
      if ((found.mode & 0o077) !== 0) open.push(path);
      if (entry.isDirectory() && entry.name !== 'postgres') await look(path);
    }
  };
  await look(folder);
  return open;
}
