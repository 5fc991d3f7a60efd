import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { exportUses, type Source } from './export-uses.js';
import { nounAndRole, subjectsOf } from './test-subjects.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folders = [
  'workflows',
  'activities',
  'api',
  'db',
  'workers',
  'processes',
  'temporal-config',
  'client',
  'bench',
  'test',
];
const isOfTests = (path: string): boolean => /^(test|bench)\//.test(path);

/** Files whose exports a program of others loads: a package's, Temporal's workflows, Jest's. */
const loadedByName = new RegExp(
  [
    '^client/(index|openapi)\\.ts ',
    '^(workflows/\\w+|bench/workflows)/index\\.ts ',
    '^test/attacks/temporal/stranger\\.ts ',
    ' interceptors$',
    '^test/support/locks/\\w+\\.locks\\.ts lockProofs$',
    '^test/support/holdings/\\w+\\.holding\\.ts holding$',
    '^test/histories/[\\w-]+\\.stories\\.ts play$',
    '^test/support/jest/',
  ].join('|'),
);

/** Exports that tests alone import, and no test of the file's noun; with the reason. */
const forTestsAlone: Readonly<Record<string, string>> = {
  'api/route/caller.ts Bounds': 'callers of every kind are tried against the guard',
  'api/route/caller.ts ResourceGrant': 'callers of every kind are tried against the guard',
  'api/route/route.ts accountOf': 'paths without an account come with the domains after water',
  'api/route/body.ts parse': 'the cost of a body is measured without a socket',
  'api/shared/workflows.ts asTemporalFailure': 'what the API answers to failures of Temporal',
  'db/connection/query.ts definedQueries': 'every query is prepared on the migrated schema',
  'db/connection/scope.ts connectionScope':
    'faults are planted past every policy, in a transaction',
  'db/connection/query.ts Declaration': 'every query is prepared on the migrated schema',
  'db/setup/function-grants.ts functionGrants': 'grants are compared with the catalogue',
  'db/setup/provision.ts closeDatabase': 'a database copied for a test is closed likewise',
  'db/setup/provision.ts ensureAuditRole': 'two starts at once are tried',
  'db/water/order.views.ts orderDetail': 'the bench asks the same query without an API',
  'processes/key-purposes.ts keyPurposes': 'the keys of every process are compared',
  'workers/gateway.process.ts startGateway': 'a gateway runs inside a test',
  'workers/invariants/check.ts findBreaches': 'the faults of the fault runs, without a program',
  'workers/maintenance/schedules.ts ensureSchedules': 'tests make schedules by tries of their own',
  'workers/process/resources.ts temporalLogger': 'a test reads the log of Temporal',
  'workflows/shared/limited-resources.ts limitedResources': 'routes are compared with the plans',
};

const isSource = /(?<!\.d)\.ts$|\.mjs$/;
const sources = (): Source[] =>
  folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && isSource.test(entry.name))
        .map((entry) => relative(root, join(entry.parentPath, entry.name))),
    )
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path))
    .concat('config.ts')
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** Exports without an import, and exports of the product imported by tests alone. */
function unusedExports(files: readonly Source[]): { nobodys: string[]; ofTests: string[] } {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const noun = (name: string): string => name.replace(/\..*$/, '');
  const isTestOf = (file: string, test: string): boolean =>
    test.endsWith('.test.ts') &&
    (noun(nounAndRole(test)) === noun(nounAndRole(file)) ||
      subjectsOf(texts.get(test) ?? '').includes(nounAndRole(file)));
  const named = ({ file, name }: { file: string; name: string }) => `${file} ${name}`;
  const uses = exportUses(files).filter((used) => !loadedByName.test(named(used)));
  return {
    nobodys: uses.filter(({ users }) => users.length === 0).map(named),
    ofTests: uses
      .filter(
        ({ file, users }) =>
          users.length > 0 &&
          !isOfTests(file) &&
          users.every((user) => isOfTests(user) && !isTestOf(file, user)),
      )
      .map(named),
  };
}

describe('an export', () => {
  const { nobodys, ofTests } = unusedExports(sources());

  it('is imported by somebody', () => {
    expect(nobodys).toEqual([]);
  });

  it('is imported by more than tests, or by the test of its noun, or has its reason', () => {
    expect(ofTests.sort()).toEqual(Object.keys(forTestsAlone).sort());
  });
});

describe('an export is imported', () => {
  const made = `
    export interface Made { held: Held }
    export interface Held { id: string }
    export type Kind = 'a' | 'b';
    export const { one, two: [other] } = make();
    export function make() {}
    export class Maker {}`;
  const all = ['Made', 'Held', 'Kind', 'one', 'other', 'make', 'Maker'];
  const unused = (path: string, text: string, file = 'db/water/made.ts') =>
    unusedExports([
      { path: file, text: made },
      { path, text },
    ]);
  const without = (...names: string[]) =>
    all.filter((name) => !names.includes(name)).map((name) => `db/water/made.ts ${name}`);

  it.each([
    ['by name', "import { make, type Made } from './made.js';", ['make', 'Made']],
    ['by another name', "import { make as making } from './made.js';", ['make']],
    ['with all others', "import * as made from './made.js';", all],
    ['to be exported again', "export { make as Maker } from './made.js';", ['make']],
    ['as a type', "type Other = import('./made.js').Held;", ['Held']],
    ['on demand', "const { make } = await import('./made.js');", ['make']],
    ['on demand, to be called', "const made = (await import('./made.js')).make();", ['make']],
    ['on demand as a whole', "const made = await import('./made.js');", all],
    ['by a name of a comment alone', "// import { make } from './made.js';", []],
    ['by a file of the same name elsewhere', "import { make } from '../made.js';", []],
  ])('%s', (_how, text, names) => {
    const { nobodys } = unused('db/water/other.ts', text);
    expect(nobodys.filter((name) => name.startsWith('db/water/made.ts'))).toEqual(
      without(...names),
    );
  });

  it('by tests alone, of which one says that it tells of the file', () => {
    const text = "import { make } from '../../db/water/made.js';";
    expect(unused('test/water/other.test.ts', text).ofTests).toEqual(['db/water/made.ts make']);
    const telling = `/** Tells of: made. */\n${text}`;
    expect(unused('test/water/other.test.ts', telling).ofTests).toEqual([]);
    expect(unused('test/water/made.rules.test.ts', text).ofTests).toEqual([]);
  });
});
