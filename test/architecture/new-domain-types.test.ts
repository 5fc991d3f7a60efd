import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { layers, makeMadeUpTree, root, type MadeUpTree } from './source/made-up-tree.js';

/** Types of the whole tree are checked, which takes twenty seconds on an idle machine. */
const patienceMs = 900_000;

let tree: MadeUpTree;
beforeAll(async () => {
  tree = await makeMadeUpTree();
});
afterAll(() => tree.remove());

describe('a new domain with one of everything', () => {
  it(
    'compiles',
    async () => {
      const include = layers.map((layer) => `${layer}/**/*.ts`);
      const config = { extends: './tsconfig.json', include };
      await tree.write('tsconfig.made.json', JSON.stringify(config));
      const tsc = join(root, 'node_modules/typescript/bin/tsc');
      expect(await tree.outputOf(tsc, '--noEmit', '-p', 'tsconfig.made.json')).toBe('');
    },
    patienceMs,
  );
});
