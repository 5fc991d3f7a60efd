import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const cwd = fileURLToPath(new URL('../../..', import.meta.url));
const npmTest = (...args: string[]) => {
  const program = ['test/support/jest/main.mjs', ...args, '--listTests'];
  const { status, stdout, stderr } = spawnSync(process.execPath, program, {
    cwd,
    encoding: 'utf8',
  });
  return { status, files: stdout.split(cwd).map((line) => line.trim()), stderr };
};

describe('npm test -- --domain', () => {
  it('runs the tests of the domain and the walks over all domains', () => {
    const { files } = npmTest('--domain', 'water');
    expect(files).toContain('test/water/order.rules.test.ts');
    expect(files).toContain('test/architecture/isolation.test.ts');
    expect(files.filter((file) => /^test\/(identity|faults|attacks)\//.test(file))).toEqual([]);
  });

  it('runs of these what is named besides', () => {
    const { files } = npmTest('--domain=water', 'test/water/price.rules.test.ts');
    expect(files.filter(Boolean)).toEqual(['test/water/price.rules.test.ts']);
  });

  it('refuses what is no domain, and lists those that there are', () => {
    for (const args of [['--domain', 'nowhere'], ['--domain=']]) {
      const { status, stderr } = npmTest(...args);
      expect(status).toBe(2);
      expect(stderr).toMatch(/devices, identity, notifications, platform, water\n$/);
    }
  });
});
