import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signalProcess } from '../../processes/identity.js';
import { findFreePort } from '../../processes/port.js';
import { startMillrace, type StartedMillrace } from '../support/processes/start.js';

/** A busy machine takes several times as long for a start as an idle machine. */
const patience = 300_000;

describe('npm start where it cannot start', () => {
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
    expect(millrace.output()).toContain(
      'DATA_DIR names /proc/millrace, which cannot be made or used',
    );
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
      expect(millrace.output()).toContain(
        `Its file is broken. Remove it (rm -r ${folder}) and start again`,
      );
    },
    patience,
  );
});
