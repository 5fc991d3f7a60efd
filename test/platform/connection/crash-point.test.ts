import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../config.js';
import { armCrashPoint, crashPoints } from '../../../db/connection/crash-point.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const layers = ['activities', 'api', 'db', 'workers'];

/** Passes a crash point three times in a separate process, and prints the progress. */
function pass(point: string) {
  const script = `
    const { armCrashPoint, crashPoint } = await import('./db/connection/crash-point.ts');
    armCrashPoint('${point}');
    for (const turn of [1, 2, 3]) { crashPoint('otp.before-mark'); crashPoint('relay.before-mark'); console.log(turn); }`;
  const { stdout, signal } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    },
  );
  return { passed: stdout.trim().split('\n').filter(Boolean).map(Number), signal };
}

describe('a crash point', () => {
  it('ends the process at the pass that it is armed for, as kill -9 does', () => {
    expect(pass('relay.before-mark:2')).toEqual({ passed: [1], signal: 'SIGKILL' });
  });

  it('does nothing where another one is armed', () => {
    expect(pass('relay.before-send:1')).toEqual({ passed: [1, 2, 3], signal: null });
  });

  it('stands somewhere in the code, each of the list', () => {
    const code = layers
      .flatMap((layer) =>
        readdirSync(join(root, layer), { recursive: true, encoding: 'utf8' }).map((file) =>
          join(layer, file),
        ),
      )
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n');
    expect(crashPoints.filter((name) => !code.includes(`crashPoint('${name}')`))).toEqual([]);
  });

  it.each(['nowhere:1', 'relay.before-mark', 'relay.before-mark:0', 'relay.before-mark:x'])(
    'cannot be %s',
    (point) => {
      expect(() => armCrashPoint(point)).toThrow(/there is no crash point/);
    },
  );

  it('is refused in production', () => {
    const variables = {
      NODE_ENV: 'production',
      SECRET_KEY: 'k'.repeat(43),
      CRASH_AT: 'relay.before-mark:1',
    };
    expect(() => loadConfig(variables)).toThrow(/CRASH_AT: is refused in production/);
  });
});
