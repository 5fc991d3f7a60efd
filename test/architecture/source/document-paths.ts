/** Names in a Markdown document that exist or not: paths of the tree, links, commands of npm. */
interface NamedThings {
  paths: string[];
  /** Relative to the folder of the document, with the heading. */
  links: string[];
  scripts: string[];
}

const sourceFile = /\.(ts|mts|mjs|cjs|js|sh|md|ya?ml|html|css)$/;
/** Folders made by a run, a build or an installation. */
const madeByRuns = /^((\.millrace|\.cache|node_modules)(\/|$)|dist\/?$)/;

/** The paths, links and commands of npm named by a text in Markdown. */
export function namedThings(text: string, topFolders: readonly string[]): NamedThings {
  const blocks = [...text.matchAll(/^```\w*\n(.*?)^```/gms)].map(([, block = '']) => block);
  const prose = text.replaceAll(/^```\w*\n.*?^```/gms, '');
  const quoted = [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  const words = [...blocks, ...quoted].flatMap((code) => code.split(/\s+/)).map(bare);
  const isPath = (word: string) =>
    !madeByRuns.test(word) && (startsIn(word, topFolders) || sourceFile.test(word));
  return {
    paths: words.filter((word) => isWord(word) && isPath(word)),
    links: [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/.test(link)),
    scripts: [...text.matchAll(/\bnpm run ([a-z:]+)/g)].map(([, script = '']) => script),
  };
}

/** `git ls-files 'a/b*',` → a/b* */
const bare = (word: string): string => word.replaceAll(/^['"(]+|['"),.;]+$/g, '');
const isWord = (word: string): boolean => /^[\w.@*<>{},/+-]+$/.test(word) && !word.includes('//');
const startsIn = (word: string, topFolders: readonly string[]): boolean =>
  word.includes('/') && (word.startsWith('*/') || topFolders.includes(word.split('/')[0] ?? ''));

/**
 * Whether a path of a document is in the tree, or the end of a path there: `settings.ts`. `<noun>`
 * stands for a name, `*` for anything within a folder, `{a,b}` for each. A program of the build,
 * such as `dist/workers/main.js`, is looked for by the source.
 */
export function isInTree(path: string, tree: readonly string[]): boolean {
  const sources = path.replace(/^dist\//, '').replace(/\/$/, '');
  const pattern = new RegExp(`(^|/)${patternOf(sources)}$`);
  return alternatives(sources).every((each) =>
    each === sources ? tree.some((known) => pattern.test(known)) : isInTree(each, tree),
  );
}

function patternOf(path: string): string {
  return path
    .replaceAll(/[.+]/g, '\\$&')
    .replace(/\.js$/, '.[jt]s')
    .replaceAll(/^\*\//g, '.+/')
    .replaceAll(/\*\*/g, '.+')
    .replaceAll(/<[^>]*>|(?<!\.)\*/g, '[^/]+');
}

function alternatives(path: string): string[] {
  const [, before, list, after] = /^(.*?)\{([^}]*)\}(.*)$/.exec(path) ?? [];
  if (list === undefined) return [path];
  return list.split(',').flatMap((each) => alternatives(`${before}${each.trim()}${after}`));
}

/** The files and decisions named by comments of a source. */
export function namedByComments(source: string): string[] {
  const comments = [...source.matchAll(/^\s*(?:\/\/|\/?\*|#)(.*)$/gm)].map(([, line = '']) => line);
  return comments
    .flatMap((line) => line.split(/\s+/))
    .map(bare)
    .filter((word) => /^(docs|test|db|api|workers|workflows|activities|processes)\//.test(word))
    .filter(
      (word) => isWord(word) && (sourceFile.test(word) || word.startsWith('docs/decisions/')),
    );
}

/** As a page of GitHub names the place of a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(/\s/g, '-');
