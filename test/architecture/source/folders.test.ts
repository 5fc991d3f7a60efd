import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { domains } from '../../../workers/domains.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const layers = ['workflows', 'activities', 'db', 'api', 'workers'];
const trees = ['workflows', 'activities', 'db', 'api', 'workers', 'processes', 'bench', 'test'];
const mostFiles = 25;
/** Folders that are lists by nature, or yet to be split; the second kind only shrinks. */
const large: Readonly<Record<string, number>> = {
  'db/migrations': Infinity,
  'db/connection': 30,
  'db/water': 36,
  'workflows/water': 27,
};

const filesOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

/**
 * Workflows name the types of activities, and activities know the workflows' words: nothing is
 * loaded.
 */
const isOfStory = (pair: string): boolean => /^activities\/(\w+) → workflows\/\1$/.test(pair);
/** Pairs yet to be parted; the list only shrinks. */
const knownPairs: readonly string[] = ['db/devices → db/shared'];
const locks = /\bfor (no key )?update\b|\bfor (key )?share\b|advisory_\w*lock/i;

/** A file's text, for the folders' tests. */
interface Source {
  path: string;
  text: string;
}
const sourcesOf = (folder: string): Source[] =>
  filesOf(folder).map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/**
 * Pairs of folders that import each other. The root of a layer is none: programs and the lists of
 * domains are there.
 */
function mutualImports(sources: readonly Source[]): string[] {
  const arrows = new Set<string>();
  for (const { path, text } of sources)
    for (const [, name = ''] of text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)) {
      const [from, to] = [dirname(path), dirname(join(dirname(path), name))];
      if (from !== to && !layers.includes(from) && !layers.includes(to))
        arrows.add(`${from} → ${to}`);
    }
  const turned = (arrow: string): string => arrow.split(' → ').reverse().join(' → ');
  return [...arrows].filter((arrow) => arrow < turned(arrow) && arrows.has(turned(arrow)));
}

describe('a folder', () => {
  it('holds about twenty-five files at most, or is on the list', () => {
    const counts: Record<string, number> = {};
    for (const path of trees.flatMap(filesOf))
      counts[dirname(path)] = (counts[dirname(path)] ?? 0) + 1;
    const tooLarge = Object.entries(counts).filter(
      ([folder, count]) => count > (large[folder] ?? mostFiles),
    );
    expect(tooLarge).toEqual([]);
  });
});

describe('two folders', () => {
  it('do not import each other', () => {
    const sources = [...layers, 'test/support'].flatMap(sourcesOf);
    expect(sources.length).toBeGreaterThan(600);
    expect(mutualImports(sources).filter((pair) => !isOfStory(pair))).toEqual(knownPairs);
  });

  it('are found where they do', () => {
    const made = [
      { path: 'test/support/http/one.ts', text: "import { two } from '../water/two.js';" },
      { path: 'test/support/water/two.ts', text: "export const made = import('../http/one.js');" },
      { path: 'test/support/water/three.ts', text: "import { four } from '../../api/four.js';" },
      { path: 'workers/relay/five.ts', text: "import { six } from '../domains.js';" },
      { path: 'workers/domains.ts', text: "import type { Five } from './relay/five.js';" },
      { path: 'workers/relay/seven.ts', text: "import type { Eight } from '../dev/eight.js';" },
      { path: 'workers/dev/eight.ts', text: "import { seven } from '../relay/seven.js';" },
    ];
    expect(mutualImports(made)).toEqual([
      'test/support/http → test/support/water',
      'workers/dev → workers/relay',
    ]);
  });
});

describe('a role', () => {
  it('is kept: what a Temporal worker registers is activities, and nothing else is', () => {
    const registered = [...layers]
      .flatMap(sourcesOf)
      .filter(({ path }) => path.endsWith('.activities.ts'));
    const inputs = new Set(sourcesOf('activities').map(({ path }) => path));
    for (const { path } of registered) {
      expect(path).toMatch(/^activities\//);
      // A worker starts only with inputs for exactly the registered activities.
      expect(inputs).toContain(path.replace('.activities.ts', '.inputs.ts'));
    }
    expect(registered.length).toBeGreaterThan(5);
  });

  it('is kept: each schedule’s work is in a task, and each task is a schedule’s', () => {
    const named = sourcesOf('workers').filter(({ path }) => path.endsWith('/domain.ts'));
    const loaded = named.flatMap(({ path, text }) =>
      [...text.matchAll(/import\('\.\/([\w/-]+\.task)\.js'\)/g)].map(
        ([, name = '']) => `${dirname(path)}/${name}.ts`,
      ),
    );
    const tasks = filesOf('workers').filter((path) => path.endsWith('.task.ts'));
    expect(loaded.sort()).toEqual(tasks.sort());
    expect(loaded).toHaveLength(domains.flatMap((domain) => Object.keys(domain.tasks)).length);
  });

  it('is kept: a view never locks', () => {
    const views = sourcesOf('db').filter(({ path }) => path.endsWith('.views.ts'));
    expect(views.length).toBeGreaterThan(20);
    expect(views.filter(({ text }) => locks.test(text)).map(({ path }) => path)).toEqual([]);
    for (const text of [
      'select 1 for update',
      'for no key update',
      "pg_advisory_xact_lock('x')",
      'for share',
    ])
      expect(text).toMatch(locks);
  });
});
