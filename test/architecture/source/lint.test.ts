import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ESLint, Linter } from 'eslint';
import tseslint from 'typescript-eslint';

/** The complaints of lint about a text in a file, by the file's rule on syntax. */
async function complaintsOf(file: string, text: string): Promise<string[]> {
  const { rules } = await new ESLint().calculateConfigForFile(file);
  const rule = rules['no-restricted-syntax'];
  const config: Linter.Config = {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    rules: rule === undefined ? {} : { 'no-restricted-syntax': rule },
  };
  return new Linter().verify(text, [config], { filename: file }).map(({ message }) => message);
}

const places = [
  'db/water/made.store.ts',
  'db/shared/made.ts',
  'api/water/made.routes.ts',
  'activities/water/made.activities.ts',
  'workers/shared/made.ts',
];

describe.each(places)('in %s', (file) => {
  it.each([
    ['a text', 'export const sql = "select 1; select 2";'],
    ['a template', 'export const sql = `begin; update water.orders set status = null`;'],
    [
      'a template around a value',
      'export const sql = (id: string) => `select ${id}; delete from water.orders`;',
    ],
    ['lines', 'export const sql = `select 1;\n  with changed as (select 1) select 2`;'],
  ])('%s of several commands is refused', async (_what, text) => {
    expect(await complaintsOf(file, text)).toEqual([expect.stringContaining('one command')]);
  });

  it('a context that is spliced is refused', async () => {
    const text =
      "export const sql = (signed: string) => `select set_config('millrace.context', '${signed}', true)`;";
    expect(await complaintsOf(file, text)).toEqual(['A context is a bound value.']);
  });

  it.each(['Date.now()', 'new Date()'])("the machine's own time is refused: %s", async (asked) => {
    expect(await complaintsOf(file, `export const at = ${asked};`)).toEqual([
      expect.stringContaining('databaseNow'),
    ]);
    expect(await complaintsOf(file, "export const at = new Date('2026-03-01');")).toEqual([]);
  });

  it.each([
    ['a list', 'export const list = [...[1, 2], 3];'],
    ['an object', 'export const one = { ...{ a: 1 }, b: 2 };'],
    ['arguments', 'export const largest = Math.max(...[1, 2]);'],
    ['a list, as a constant', 'export const list = [...([1, 2] as const), 3];'],
  ])('a literal spread into %s is refused', async (_what, text) => {
    expect(await complaintsOf(file, text)).toEqual([expect.stringContaining('literal around it')]);
    const spread = 'export const of = (a: object, b?: object) => ({ ...a, ...(b ? { b } : {}) });';
    expect(await complaintsOf(file, spread)).toEqual([]);
  });

  it('one command is not', async () => {
    const text =
      "export const sql = `select set_config('millrace.context', $1, true)`; export const said = 'later; with care';";
    expect(await complaintsOf(file, text)).toEqual([]);
  });
});

it('leaves migrations what they are', async () => {
  expect(
    await complaintsOf(
      'db/migrations/0001_platform.ts',
      'export const sql = "select 1; select 2";',
    ),
  ).toEqual([]);
});

describe('a function of more than 60 lines', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const listed = readFileSync(`${root}eslint.long-functions.json`, 'utf8');
  const filesWithLongFunctions = JSON.parse(listed) as string[];
  const configured = async (file: string) => {
    const { rules } = await new ESLint({ cwd: root }).calculateConfigForFile(file);
    return rules['max-lines-per-function'] as Linter.RuleEntry | undefined;
  };
  const isRefused = (text: string, file: string, rule: Linter.RuleEntry): boolean => {
    const config: Linter.Config = {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      rules: { 'max-lines-per-function': rule },
    };
    return new Linter().verify(text, [config], { filename: file }).length > 0;
  };
  const ofLines = (count: number) => `export function made() {\n${'made();\n'.repeat(count)}}\n`;

  it('is refused in a file that is not on the list', async () => {
    const file = 'api/water/made.routes.ts';
    const rule = await configured(file);
    if (!rule) throw new Error('the rule is not configured');
    expect(isRefused(ofLines(58), file, rule)).toBe(false);
    expect(isRefused(ofLines(59), file, rule)).toBe(true);
  });

  it('is in every file on the list: one that has none any more goes off it', async () => {
    const rule = await configured('api/water/made.routes.ts');
    const done = filesWithLongFunctions.filter(
      (file) =>
        !existsSync(`${root}${file}`) ||
        !isRefused(readFileSync(`${root}${file}`, 'utf8'), file, rule ?? 'off'),
    );
    expect(done).toEqual([]);
  });
});
