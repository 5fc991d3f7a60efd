import { existsSync } from 'node:fs';
import { lstat, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig, secretVariables } from '../../config.js';
import { signalProcess } from '../../processes/identity.js';
import type { Secrets } from '../../workers/dev/data-folder.js';
import { formatKeys } from '../../workers/process/process-keys.js';
import { startMillrace, survivors, type StartedMillrace } from '../support/processes/start.js';

/**
 * Three starts; a busy machine takes several times as long as an idle machine, and each start has a
 * separate limit.
 */
const patience = 460_000;
const goneWithinMs = 10_000;

describe('npm start', () => {
  let dir = '';
  const started: StartedMillrace[] = [];
  const start = (variables: Record<string, string> = {}) => {
    const millrace = startMillrace({
      DATA_DIR: join(dir, 'data'),
      SEED_DEMO: 'false',
      ...variables,
    });
    started.push(millrace);
    return millrace;
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'millrace-start-'));
  });
  afterAll(async () => {
    for (const each of started.flatMap((millrace) => millrace.processes()))
      signalProcess(each, 'SIGKILL');
    await rm(dir, { recursive: true, force: true });
  });

  it(
    'lets nobody else onto its data, outlives its own kill -9, and leaves no process at Ctrl-C',
    async () => {
      const first = start();
      const { api } = await first.ready();
      expect((await fetch(`${api}/health`)).status).toBe(200);
      expect((await stat(join(dir, 'data', 'secrets.json'))).mode & 0o777).toBe(0o600);

      expect(await openToOthers(join(dir, 'data'))).toEqual([]);
      const { secretKey } = JSON.parse(
        await readFile(join(dir, 'data', 'secrets.json'), 'utf8'),
      ) as Secrets;
      if (process.platform === 'linux') {
        for (const name of ['app', 'gateway'] as const) {
          const variables = await environmentOf(join(dir, 'data', 'run', `${name}.json`));
          expect(Object.values(variables).join('\n')).not.toContain(secretKey);
          const holders =
            name === 'app' ? (['api', 'workers', 'relay'] as const) : ([name] as const);
          expect(variables['KEYS']).toBe(
            formatKeys(loadConfig({ SECRET_KEY: secretKey }), holders),
          );
          if (name === 'app') continue;
          const secrets = Object.keys(variables).filter((variable) =>
            secretVariables.includes(variable),
          );
          expect(secrets.sort()).toEqual(secretsOfGateway);
        }
      }

      const second = start();
      expect(await second.ended()).toBe(1);
      expect(second.output()).toContain(
        `already runs on ${join(dir, 'data')} (process ${first.pid})`,
      );

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
        millrace.output().includes('PostgreSQL on port') &&
        existsSync(join(dir, 'data', 'run', 'app.json'));
      for (const until = Date.now() + patience / 4; !isAppStarting() && Date.now() < until;)
        await sleep(20);
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

/** Of the process named by a record. */
async function environmentOf(record: string): Promise<Record<string, string>> {
  const { pid } = JSON.parse(await readFile(record, 'utf8')) as { pid: number };
  const entries = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter(Boolean);
  return Object.fromEntries(
    entries.map((entry) => [entry.split('=', 1)[0], entry.slice(entry.indexOf('=') + 1)]),
  );
}

/**
 * Files below a data folder that other users of the machine could read. The folder itself is
 * passable, so that the user who runs PostgreSQL reaches PostgreSQL's own folder, closed to
 * everybody else.
 */
async function openToOthers(folder: string): Promise<string[]> {
  const open: string[] = [];
  if (((await stat(folder)).mode & 0o066) !== 0) open.push(folder);
  const look = async (host: string): Promise<void> => {
    for (const entry of await readdir(host, { withFileTypes: true })) {
      const path = join(host, entry.name);
      const found = await lstat(path).catch(() => undefined);
      if (found === undefined || entry.isSocket()) continue;
      if ((found.mode & 0o077) !== 0) open.push(path);
      if (entry.isDirectory() && entry.name !== 'postgres') await look(path);
    }
  };
  await look(folder);
  return open;
}
