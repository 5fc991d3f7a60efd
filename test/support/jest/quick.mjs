/**
 * `npm run check:quick`: what can be known without a server. Lint, types, imports and the tests of
 * rules run two at a time, each on one core; what one of them says is printed when it ends.
 *
 * Lint and types go on from what they knew of files that have not changed (`.cache/`), so they may
 * miss what a change does to a file that only imports it: `npm run check` begins from nothing.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const program = (path, ...args) => [process.execPath, [`node_modules/${path}`, ...args]];
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** The longest first. */
const checks = {
  lint: program('eslint/bin/eslint.js', '.', '--cache', '--cache-location', '.cache/eslint/'),
  types: program(
    'typescript/bin/tsc',
    '--noEmit',
    '--incremental',
    '--tsBuildInfoFile',
    '.cache/types.tsbuildinfo',
  ),
  imports: program(
    'dependency-cruiser/bin/dependency-cruise.mjs',
    ...scripts.imports.split(' ').slice(1),
  ),
  rules: program('jest/bin/jest.js', '--config', 'jest.quick.config.js', '--maxWorkers', '1'),
};

const seconds = (startedAt) => `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;

/** Whether the check passes. */
function runs(name, [command, args]) {
  const startedAt = performance.now();
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => {
    child.once('error', (error) => (output += error.message));
    child.once('close', (code) => {
      const hasPassed = code === 0;
      process.stdout.write(`${hasPassed ? 'passed' : 'FAILED'}  ${name}  ${seconds(startedAt)}\n`);
      if (!hasPassed) process.stdout.write(`${output.trim()}\n\n`);
      resolve(hasPassed);
    });
  });
}

const startedAt = performance.now();
const left = Object.entries(checks);
let hasPassed = true;

/** Takes the next check as soon as one ends: how long each takes depends on what is cached. */
async function runOnOneCore() {
  for (let next = left.shift(); next; next = left.shift())
    hasPassed = (await runs(...next)) && hasPassed;
}
await Promise.all([runOnOneCore(), runOnOneCore()]);
process.stdout.write(`${seconds(startedAt)}\n`);
process.exit(hasPassed ? 0 : 1);
