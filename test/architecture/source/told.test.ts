import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { nounAndRole, subjectsOf } from './test-subjects.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const layers = ['workflows', 'activities', 'db', 'api', 'workers'];
/** Roles of files that decide, write or answer. */
const testedRole = /\.(store|records|routes|rules|workflow)\.ts$/;
/**
 * Files no test names yet; the walks of test/architecture and the stories of others reach the
 * files. The list only shrinks.
 */
const untold: readonly string[] = [
  'code-standing.records',
  'identifier.records',
  'in-use.records',
  'order-fold.rules',
  'otp.records',
  'registration-end.records',
  'user.records',
];

const filesOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
const tests = filesOf('test').filter((path) => path.endsWith('.test.ts'));
/** The routes of `workers/` only hand parts to the routes of `api/`. */
const sources = layers
  .flatMap(filesOf)
  .filter((path) => testedRole.test(path) && !/^workers\/.*\.routes\.ts$/.test(path));

const named = tests.flatMap((path) => subjectsOf(readFileSync(join(root, path), 'utf8')));

describe('every store, records, routes, rules and workflow file', () => {
  it('has the test of its name, or one that says that it tells of the file', () => {
    expect(sources.length).toBeGreaterThan(100);
    const told = new Set([...tests.map(nounAndRole), ...named]);
    const missing = sources.filter((path) => !told.has(nounAndRole(path))).sort();
    expect(missing.map(nounAndRole).filter((name) => !untold.includes(name))).toEqual([]);
    // A file with a test by now goes off the list.
    expect(untold.filter((name) => !missing.map(nounAndRole).includes(name))).toEqual([]);
  });

  it('that a test says it tells of is there', () => {
    const known = new Set(layers.flatMap(filesOf).map(nounAndRole));
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

it('subjects are read from the head of a test, on one line or several', () => {
  const several = '/**\n * Tells of: order.store,\n * order-view.routes.\n */\nimport x;';
  expect(subjectsOf('/** Tells of: order.store, order.rules. */\n')).toEqual([
    'order.store',
    'order.rules',
  ]);
  expect(subjectsOf(several)).toEqual(['order.store', 'order-view.routes']);
  expect(subjectsOf('import x;\n/** Tells of: order.store. */')).toEqual([]);
});
