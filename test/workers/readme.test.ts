import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { firstCommands } from '../../workers/demo/first-commands.js';
import { demoLogins, seedDemo } from '../../workers/demo/demo-seed.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const [, session = ''] = /^## A first session$.*?^```sh\n(.*?)^```$/ms.exec(readme) ?? [];
const hasTools = ['bash', 'curl', 'jq'].every(
  (tool) => spawnSync(tool, ['--version']).status === 0,
);
if (!hasTools)
  console.warn(
    'left out, since bash, curl or jq is not there: the commands of README.md and of the page',
  );
const withTools = hasTools ? describe : describe.skip;

withTools('what people are told to paste', () => {
  let system: TestSystem;
  beforeAll(async () => {
    // As for a developer: sign-ins are limited.
    system = await startTestSystem({ RATE_LIMIT_AUTH_IDENTIFIER: '10/10m' });
    await seedDemo({ database: system.database, planId: 'pro' });
  });
  afterAll(() => system.stop());

  /** As a block, in one go. */
  async function paste(commands: string): Promise<string> {
    const shell = spawn('bash', ['-e', '-c', commands], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output, [code]] = await Promise.all([text(shell.stdout), once(shell, 'close')]);
    expect(code).toBe(0);
    return output;
  }

  it('in README.md ends with the alert of its own tank, however often it is played', async () => {
    expect(session).toContain('api=http://127.0.0.1:3000\n');
    const here = session.replace('http://127.0.0.1:3000', system.url);
    for (let n = 0; n < 12; n += 1) {
      const output = await paste(n < 11 ? here.slice(0, here.indexOf('site=')) : here);
      if (n < 11) continue;
      const alert = JSON.parse(output.slice(output.indexOf('{\n'))) as Record<string, unknown>;
      expect(alert).toMatchObject({
        event_type: 'RESERVOIR_LEVEL_STATE_CHANGED',
        severity: expect.any(String),
      });
    }
  });

  it('on the page makes a tank whose level is low', async () => {
    const [login] = demoLogins;
    const commands = firstCommands({ ...system.config, publicUrl: system.url }, login);
    const pasted = commands
      .filter(({ text: command }) => !command.includes('npm run'))
      .map((each) => each.text);
    const output = await paste(
      [...pasted, 'curl -s $api/v1/reservoirs/$reservoir -H "authorization: Bearer $token"'].join(
        '\n',
      ),
    );
    expect(output).toContain('"level_state":"LOW"');
  });
});
