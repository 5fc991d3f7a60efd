import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { domains } from '../../../workers/domains.js';
import { anchorOf, isInTree, namedByComments, namedThings } from './document-paths.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** All files git could keep: no folder made by a run or an installation. */
const tree = pathsUnder('.');
const topFolders = [...new Set(tree.filter((path) => path.includes('/')).map(topOf)), 'dist'];
const sources = tree.filter((path) => /\.(ts|mjs|cjs|js|sh)$/.test(path));
/** A changelog and a measurement tell of an earlier tree. */
const documents = tree.filter(
  (path) => path.endsWith('.md') && path !== 'CHANGELOG.md' && !path.startsWith('bench/results/'),
);

describe('every document', () => {
  it('is found', () => {
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/operations.md']));
  });

  it.each(documents)('names paths, links and commands that there are: %s', (path) => {
    expect(faultsIn(path, read(path))).toEqual([]);
  });
});

describe('ARCHITECTURE.md', () => {
  it('fits on two screens', () => {
    const lines = read('ARCHITECTURE.md').split('\n');
    expect(lines.length).toBeLessThanOrEqual(131);
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
  });
});

describe('docs/where.md', () => {
  it('answers ten questions, each by a file', () => {
    const answers = read('docs/where.md')
      .split(/^\d+\. /m)
      .slice(1);
    expect(answers).toHaveLength(10);
    const empty = answers.filter((answer) => namedThings(answer, topFolders).paths.length === 0);
    expect(empty).toEqual([]);
  });
});

describe('the page of a domain', () => {
  const page = (name: string): string => read(`docs/domains/${name}.md`);
  const unnamed = (name: string, words: readonly string[]): string[] =>
    words.filter((word) => !page(name).includes(`\`${word}\``));

  it.each(domains)('names every event: $name', ({ name, database }) => {
    const types = database.events.map(({ type }) => type);
    expect(unnamed(name, types)).toEqual([]);
  });

  it.each(domains)('names every schedule: $name', ({ name, tasks }) => {
    expect(unnamed(name, Object.keys(tasks))).toEqual([]);
  });

  it('lacks what is not written there', () => {
    expect(unnamed('water', ['ORDER_CREATED', 'ORDER_FORGOTTEN'])).toEqual(['ORDER_FORGOTTEN']);
  });
});

describe('every comment', () => {
  it('names files and decisions that there are', () => {
    expect(sources.length).toBeGreaterThan(500);
    expect(sources.flatMap((path) => faultsInComments(path, read(path)))).toEqual([]);
  });

  it.each([
    '// See test/nowhere.test.ts.',
    '/** As docs/decisions/9999 says. */',
    ' * db/water/ordr.store.ts does.',
  ])('is looked at: %s', (comment) => {
    expect(faultsInComments('made-up.ts', comment)).toHaveLength(1);
  });
});

describe('every decision', () => {
  const decisions = tree.flatMap((path) => /^docs\/decisions\/\d{4}/.exec(path) ?? []);

  it('has a number of its own', () => {
    expect(decisions.length).toBeGreaterThan(15);
    expect(new Set(decisions).size).toBe(decisions.length);
  });

  it('is named by the code or by a page', () => {
    const pages = documents.filter((path) => !path.startsWith('docs/decisions/'));
    const text = [...sources, ...pages].map(read).join('\n');
    const number = (decision: string): string => decision.slice(-4);
    expect(decisions.filter((each) => !text.includes(`decisions/${number(each)}`))).toEqual([]);
  });
});

describe('the check of documents', () => {
  it.each([
    ['a file that is not there', 'see `db/water/ordr.store.ts`'],
    ['a folder that is not there', 'all of `workers/nowhere/`'],
    ['the end of a path that is not there', 'see `ordr.store.ts`'],
    ['a name that nothing fits', '`api/<domain>/<noun>.helper.ts`'],
    ['a pattern that nothing fits', '`db/*/*.helper.ts`'],
    ['one of several', '`db/connection/{query,columns}.ts`'],
    ['a path in a block', '```\ndb/water/ordr.store.ts   nothing\n```'],
    ['a path in a command', '`npm test -- test/nowhere.test.ts`'],
    ['a program of the build that has no source', '`node dist/workers/nothing.js`'],
    ['a command that is not there', 'then `npm run nothing`'],
    ['a link to nothing', '[it](docs/nothing.md)'],
    ['a heading that is not there', '[it](docs/operations.md#nothing)'],
  ])('finds %s', (_, text) => {
    expect(faultsIn('README.md', text)).toHaveLength(1);
  });

  it.each([
    'see `db/connection/{query,column}.ts`, `*.reaction.ts` and `dist/workers/main.js`',
    "`api/<domain>/<noun>.routes.ts`, `git ls-files '*/water/order*'` and `workers/dev`",
    'the workflow `order/<id>`, the route `POST /v1/me`, the file `.millrace/logs/app.log`',
    '[it](docs/operations.md#hardening) and `npm run check`, <https://temporal.io/a.md>',
  ])('lets pass: %s', (text) => {
    expect(faultsIn('README.md', text)).toEqual([]);
  });
});

function faultsIn(path: string, text: string): string[] {
  const named = namedThings(text, topFolders);
  return [
    ...named.paths.filter((each) => !isInTree(each, tree)),
    ...named.links.filter((link) => !leadsSomewhere(path, link)),
    ...named.scripts.filter((script) => !(script in scripts)).map((script) => `npm run ${script}`),
  ];
}

/** A decision is named by number. */
function faultsInComments(path: string, source: string): string[] {
  const isKnown = (name: string) =>
    /^docs\/decisions\/\d{4}$/.test(name)
      ? tree.some((known) => known.startsWith(`${name}-`))
      : isInTree(name, tree);
  return namedByComments(source)
    .filter((name) => !isKnown(name))
    .map((name) => `${path} names ${name}`);
}

function leadsSomewhere(from: string, link: string): boolean {
  const [file = '', heading] = link.split('#');
  const target = file ? normalize(join(dirname(from), file)).replace(/\/$/, '') : from;
  if (!tree.includes(target)) return false;
  if (heading === undefined) return true;
  const headings = [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, each = '']) => anchorOf(each));
  return headings.includes(heading);
}

function topOf(path: string): string {
  return path.split('/')[0] ?? '';
}

function pathsUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !/^(node_modules|dist|\.git|\.cache|\.millrace.*)$/.test(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? [path, ...pathsUnder(path)] : [path];
    });
}
