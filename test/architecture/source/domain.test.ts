import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cruise, type ICruiseOptions, type IFlattenedRuleSet } from 'dependency-cruiser';
import { hasFittingName } from './file-names.js';
import { madeUpChanges, madeUpFiles } from './made-up-domain.js';
import { layers, makeMadeUpTree, root, type MadeUpTree } from './made-up-tree.js';

const files = Object.keys(madeUpFiles);
let tree: MadeUpTree;
beforeAll(async () => {
  tree = await makeMadeUpTree();
});
afterAll(() => tree.remove());

describe('a new domain with one of everything', () => {
  it('changes three files that exist', async () => {
    const changed: string[] = [];
    for (const layer of [...layers, 'processes', 'temporal-config'])
      for (const name of await readdir(join(root, layer), { recursive: true })) {
        if (!name.endsWith('.ts')) continue;
        const path = join(layer, name);
        const texts = [root, tree.dir].map((folder) => readFile(join(folder, path), 'utf8'));
        const [before, after] = await Promise.all(texts);
        if (before !== after) changed.push(path);
      }
    expect(changed.sort()).toEqual([
      'db/migrations/index.ts',
      'workers/domains.ts',
      'workflows/domains.ts',
    ]);
  });

  it('is called and imported as the rules have it', async () => {
    expect(files.filter((path) => !hasFittingName(path))).toEqual([]);
    const { options, ...ruleSet } = createRequire(import.meta.url)(
      join(tree.dir, '.dependency-cruiser.cjs'),
    ) as IFlattenedRuleSet & { options: ICruiseOptions };
    const { output } = await cruise([...files, ...Object.keys(madeUpChanges)], {
      ...options,
      ruleSet,
      validate: true,
      baseDir: tree.dir,
      preserveSymlinks: true,
      // The imports of the domain, and the imports there: `npm run imports` cruises the rest of the
      // tree.
      maxDepth: 2,
    });
    if (typeof output === 'string') throw new Error(output);
    const { violations } = output.summary;
    expect(violations.map(({ rule, from, to }) => [rule.name, from, to])).toEqual([]);
    expect(output.modules.map(({ source }) => source)).toEqual(expect.arrayContaining(files));
  });
});
