import { describe, expect, it } from '@jest/globals';
import { ESLint, Linter } from 'eslint';
import tseslint from 'typescript-eslint';

/** What lint says of a text in a file, by the rule on syntax that is configured for that file. */
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
    ['a template around a value', 'export const sql = (id: string) => `select ${id}; delete from water.orders`;'],
    ['lines', 'export const sql = `select 1;\n  with changed as (select 1) select 2`;'],
  ])('%s of several commands is refused', async (_what, text) => {
    expect(await complaintsOf(file, text)).toEqual([expect.stringContaining('one command')]);
  });

  it('a context that is spliced is refused', async () => {
    const text = "export const sql = (signed: string) => `select set_config('millrace.context', '${signed}', true)`;";
    expect(await complaintsOf(file, text)).toEqual(['A context is a bound value.']);
  });

  it.each(['Date.now()', 'new Date()'])("the machine's own time is refused: %s", async (asked) => {
    expect(await complaintsOf(file, `export const at = ${asked};`)).toEqual([expect.stringContaining('databaseNow')]);
    expect(await complaintsOf(file, "export const at = new Date('2026-03-01');")).toEqual([]);
  });

  it('one command is not', async () => {
    const text =
      "export const sql = `select set_config('millrace.context', $1, true)`; export const said = 'later; with care';";
    expect(await complaintsOf(file, text)).toEqual([]);
  });
});

it('leaves migrations what they are', async () => {
  expect(await complaintsOf('db/migrations/0001_platform.ts', 'export const sql = "select 1; select 2";')).toEqual([]);
});
