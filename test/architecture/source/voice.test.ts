import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Words left to the reader to resolve, where a word of docs/words.md could stand. */
const pronouns = new Set(
  (
    'it its itself they them their theirs he she him her his who whom whose whoever what whatever ' +
    'which that this these those one ones'
  ).split(' '),
);
/** Participles and prepositions that say nothing without a noun. */
const bareNames = new Set(
  (
    'asked at begun by done for found from given held in kept known left lost made of on said seen ' +
    'sent shown taken to told with written'
  ).split(' '),
);
/**
 * By layer: pronouns in a hundred words of comment, and bare names. A better layer has the limit
 * lowered; the aim is 3 and 0.
 */
const limits: Readonly<Record<string, { pronouns: number; names: number }>> = {
  workflows: { pronouns: 1.1, names: 2 },
  activities: { pronouns: 0.7, names: 50 },
  api: { pronouns: 1.2, names: 36 },
  db: { pronouns: 2.5, names: 165 },
  workers: { pronouns: 2.2, names: 53 },
  processes: { pronouns: 0.8, names: 1 },
  'temporal-config': { pronouns: 0.9, names: 7 },
  bench: { pronouns: 0.7, names: 27 },
  test: { pronouns: 2.3, names: 585 },
};

interface Voice {
  words: number;
  pronouns: number;
  names: number;
}

const filesOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.ts$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

/** The words of a text's comments, without the parts in backticks; and the declared names. */
function wordsAndNames(text: string): { words: string[]; names: string[] } {
  const comments = new Map<number, string>();
  const names: string[] = [];
  const add = (ranges: readonly ts.CommentRange[] = []): void => {
    for (const { pos, end } of ranges) comments.set(pos, text.slice(pos, end));
  };
  const visit = (node: ts.Node): void => {
    add(ts.getLeadingCommentRanges(text, node.pos));
    add(ts.getTrailingCommentRanges(text, node.end));
    const { name } = node as { name?: ts.Node };
    if (name && ts.isIdentifier(name) && !ts.isPropertyAccessExpression(node))
      names.push(name.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest));
  const prose = [...comments.values()].map((comment) => comment.replace(/`[^`]*`/g, '')).join(' ');
  return { words: prose.toLowerCase().match(/[a-z’']+/g) ?? [], names };
}

const voiceOf = (texts: readonly string[]): Voice => {
  const read = texts.map(wordsAndNames);
  const words = read.flatMap((each) => each.words);
  return {
    words: words.length,
    pronouns: words.filter((word) => pronouns.has(word)).length,
    names: read.flatMap(({ names }) => names).filter((name) => bareNames.has(name)).length,
  };
};

describe('the voice of the code', () => {
  it.each(Object.entries(limits))('of %s has no more pronouns and bare names', (layer, limit) => {
    const voice = voiceOf(filesOf(layer).map((path) => readFileSync(join(root, path), 'utf8')));
    expect((100 * voice.pronouns) / voice.words).toBeLessThanOrEqual(limit.pronouns);
    expect(voice.names).toBeLessThanOrEqual(limit.names);
  });

  it('is measured in comments and declarations alone', () => {
    const text = `
      /** What it does: \`that\` is code. */
      const kept = 'it is what it was'; // those
      export const rows = { found: 1, of: (told: number) => told, other: asked.done };`;
    expect(voiceOf([text])).toEqual({ words: 6, pronouns: 3, names: 4 });
  });
});
