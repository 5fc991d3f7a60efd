import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The greatest heap of a process that makes garbage, as a share of the live heap. */
async function greatestHeap(...args: string[]): Promise<number> {
  const program = ['processes/program.mjs', 'test/support/processes/garbage.ts', ...args];
  const env = { ...process.env, NODE_OPTIONS: '' };
  return Number((await promisify(execFile)(process.execPath, program, { cwd: root, env })).stdout);
}

it('lets garbage grow in proportion to what is alive, in the process that strangers reach', async () => {
  const [bounded, free] = await Promise.all([greatestHeap('bounded'), greatestHeap()]);
  expect(bounded).toBeGreaterThan(1);
  expect(bounded).toBeLessThan(3);
  // As V8 does by itself: otherwise the bound is needed no more.
  expect(free).toBeGreaterThan(4);
  expect(await readFile(`${root}/workers/gateway.process.ts`, 'utf8')).toMatch(
    /^ {2}boundHeapGrowth\(\);$/m,
  );
});
