import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { identify, signalProcess } from '../../processes/identity.js';
import { eventually } from '../support/timing/eventually.js';
import { startMillrace, type StartedMillrace } from '../support/processes/start.js';

/** A busy machine takes several times as long for a start as an idle machine. */
const patience = 300_000;
const backWithinMs = 90_000;

describe('a part that stands still', () => {
  let dir = '';
  let millrace: StartedMillrace;
  let url = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'millrace-hang-'));
    millrace = startMillrace({ DATA_DIR: join(dir, 'data'), SEED_DEMO: 'false', HANG_MS: '6000' });
    url = (await millrace.ready()).api;
  }, patience);
  afterAll(async () => {
    for (const each of millrace?.processes() ?? []) signalProcess(each, 'SIGKILL');
    await millrace?.ended();
    await rm(dir, { recursive: true, force: true });
  }, patience);

  const file = (...names: string[]) => readFileSync(join(dir, 'data', ...names), 'utf8');
  const recorded = (...names: string[]) => (JSON.parse(file(...names)) as { pid: number }).pid;
  const pids = {
    'The app': () => recorded('run', 'app.json'),
    'The gateway': () => recorded('run', 'gateway.json'),
    Temporal: () => recorded('temporal', 'process.json'),
    PostgreSQL: () => Number(file('postgres', 'postmaster.pid').split('\n')[0]),
  };
  type Name = keyof typeof pids;

  async function standsStill(...names: Name[]): Promise<void> {
    for (const name of names) {
      const identity = identify(pids[name]());
      if (!identity || !signalProcess(identity, 'SIGSTOP')) throw new Error(`${name} does not run`);
    }
    await Promise.all(
      names.map((name) =>
        eventually(() => {
          const said = millrace.output();
          expect(said).toMatch(new RegExp(`${name} does not answer \\(for \\d+ s\\)`));
          expect(said).toMatch(
            new RegExp(`${name} hangs: no answer for \\d+ s, so it is ended and started again`),
          );
          expect(said).toContain(`${name} ended (SIGKILL): starting it again`);
          expect(said).toContain(`${name} runs again`);
        }, backWithinMs),
      ),
    );
  }
  const isReady = () =>
    eventually(async () => expect((await fetch(`${url}/ready`)).status).toBe(200), backWithinMs);

  it(
    'is named, ended and started again: app and gateway, which others can reach only by asking them',
    async () => {
      await standsStill('The app', 'The gateway');
      await isReady();
    },
    patience,
  );

  it(
    'is named, ended and started again: the servers that they need',
    async () => {
      await standsStill('Temporal', 'PostgreSQL');
      await isReady();
    },
    patience,
  );
});
