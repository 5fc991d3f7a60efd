import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  cruise,
  type ICruiseOptions,
  type ICruiseResult,
  type IFlattenedRuleSet,
} from 'dependency-cruiser';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { options, ...ruleSet } = createRequire(import.meta.url)(
  join(root, '.dependency-cruiser.cjs'),
) as IFlattenedRuleSet & {
  options: ICruiseOptions;
};
/** Each breaks one rule and no other. */
const breaches: Record<string, Record<string, string>[]> = {
  'no-cycles': [
    {
      'db/water/ring.store.ts': "export * from './ring.model.js';",
      'db/water/ring.model.ts': "export * from './ring.store.js';",
    },
    {
      'db/water/knot.store.ts': "import type { B } from './knot.model.js'; export type A = B;",
      'db/water/knot.model.ts': "import type { A } from './knot.store.js'; export type B = A;",
    },
  ],
  'workflows-are-pure': [
    {
      'workflows/water/node.workflow.ts':
        "import { createHash } from 'node:crypto'; export const made = createHash;",
    },
    {
      'workflows/water/ajv.rules.ts': "import { Ajv2020 } from 'ajv'; export const made = Ajv2020;",
    },
    {
      'workflows/water/client.contract.ts':
        "import { Client } from '@temporalio/client'; export const made = Client;",
    },
    {
      'workflows/shared/reading.ts':
        "import { b } from '../../db/water/b.store.js'; export const made = b;",
    },
    { 'workflows/water/lazy.rules.ts': "export const made = () => import('ajv');" },
  ],
  'workflows-run-no-activities': [
    {
      'workflows/water/eager.workflow.ts':
        "import { a } from '../../activities/water/a.activities.js'; export const made = a;",
    },
    {
      'workflows/water/mixed.workflow.ts':
        "import { a, type A } from '../../activities/water/a.activities.js'; export const made: A = a;",
    },
  ],
  'workflows-name-own-activities-only': [
    {
      'workflows/identity/curious.workflow.ts':
        "import type { T } from '../../activities/shared/t.js'; export type Made = T;",
    },
    {
      'workflows/water/row.workflow.ts':
        "import { type B } from '../../db/water/b.store.js'; export type Made = B;",
    },
  ],
  'domains-meet-at-contracts': [
    {
      'workflows/identity/near.rules.ts':
        "import { c } from '../water/c.rules.js'; export const made = c;",
    },
    {
      'db/water/far.store.ts':
        "import type { U } from '../identity/u.store.js'; export type Made = U;",
    },
    {
      'api/platform/glance.routes.ts':
        "import { v } from '../../db/water/v.views.js'; export const made = v;",
    },
  ],
  'a-workflow-is-its-contract-and-rules': [
    {
      'api/water/start.routes.ts':
        "import { w } from '../../workflows/water/w.workflow.js'; export const made = w;",
    },
    {
      'workers/water.worker.ts':
        "import type { W } from '../workflows/water/w.workflow.js'; export type Made = W;",
    },
    {
      'workers/all.worker.ts':
        "import { w } from '../workflows/water/index.js'; export const made = w;",
    },
  ],
  'api-touches-db-by-views-records-inboxes': [
    {
      'api/water/write.routes.ts':
        "import { b } from '../../db/water/b.store.js'; export const made = b;",
    },
    {
      'api/water/model.routes.ts':
        "import type { M } from '../../db/water/m.model.js'; export type Made = M;",
    },
  ],
  'api-runs-no-activities': [
    {
      'api/water/do.routes.ts':
        "import { a } from '../../activities/water/a.activities.js'; export const made = a;",
    },
  ],
  'db-imports-no-layer': [
    {
      'db/water/up.store.ts':
        "import { a } from '../../activities/water/a.activities.js'; export const made = a;",
    },
    {
      'db/shared/up.ts':
        "import type { R } from '../../api/water/r.routes.js'; export type Made = R;",
    },
    {
      'db/water/top.store.ts':
        "import { main } from '../../workers/main.js'; export const made = main;",
    },
  ],
  'activities-import-no-face': [
    {
      'activities/water/face.activities.ts':
        "import type { R } from '../../api/water/r.routes.js'; export type Made = R;",
    },
    {
      'activities/water/top.activities.ts':
        "import { main } from '../../workers/main.js'; export const made = main;",
    },
    { 'activities/water/web.activities.ts': "import Koa from 'koa'; export const made = Koa;" },
    {
      'activities/water/call.activities.ts':
        "import { Client } from '@temporalio/client'; export const made = Client;",
    },
  ],
  'migrations-stand-alone': [
    {
      'db/migrations/0001_shared.ts':
        "import { id } from '../shared/id.js'; export const made = id;",
    },
    {
      'db/migrations/0002_words.ts':
        "import type { S } from '../../workflows/water/s.contract.js'; export type Made = S;",
    },
  ],
  'sql-lives-in-db': [
    {
      'activities/water/sql.activities.ts':
        "import knexPkg from 'knex'; export const made = knexPkg;",
    },
    {
      'api/shared/sql.ts':
        "import pg, { type Client } from 'pg'; export const made = pg; export type Made = Client;",
    },
    { 'workers/sql.process.ts': "import { Model } from 'objection'; export const made = Model;" },
  ],
  'koa-lives-in-api': [
    { 'workers/web.process.ts': "import Router from '@koa/router'; export const made = Router;" },
    { 'workers/helmet.process.ts': "import helmet from 'koa-helmet'; export const made = helmet;" },
  ],
  'mqtt-lives-at-the-edge': [
    { 'api/water/publish.routes.ts': "import mqtt from 'mqtt'; export const made = mqtt;" },
    {
      'activities/water/publish.activities.ts':
        "import { Aedes } from 'aedes'; export const made = Aedes;",
    },
  ],
  'the-worker-sdk-lives-in-workers': [
    {
      'api/shared/worker.ts':
        "import { Worker } from '@temporalio/worker'; export const made = Worker;",
    },
  ],
  'config-is-read-where-a-process-starts': [
    {
      'api/shared/settings.ts':
        "import { loadConfig } from '../../config.js'; export const made = loadConfig;",
    },
    {
      'activities/shared/settings.ts':
        "import { loadConfig } from '../../config.js'; export const made = loadConfig;",
    },
  ],
  'nobody-imports-workers': [
    {
      'api/shared/top.ts':
        "import { main } from '../../workers/main.js'; export const made = main;",
    },
  ],
  'nobody-imports-tests': [
    {
      'workers/fake.process.ts':
        "import { fake } from '../test/support/fake.js'; export const made = fake;",
    },
    {
      'api/shared/fake.ts':
        "import type { Fake } from '../../test/support/fake.js'; export type Made = Fake;",
    },
  ],
  'imports-are-relative': [
    { 'api/shared/alias.ts': "import { id } from '#db/shared/id'; export const made = id;" },
    { 'api/shared/based.ts': "import { id } from 'db/shared/id.js'; export const made = id;" },
  ],
  'imports-resolve': [
    { 'api/shared/lost.ts': "import { lost } from './nowhere.js'; export const made = lost;" },
  ],
};

/** Files imported by the breaches, and allowed neighbours. */
const surroundings: Record<string, string> = {
  'tsconfig.json': '{}',
  'package.json': '{ "type": "module", "imports": { "#db/*": "./db/*.ts" } }',
  'config.ts': 'export const loadConfig = 1; export type Config = 1;',
  'activities/water/a.activities.ts':
    "import { s } from '../../workflows/water/s.contract.js'; export const a = s; export type A = 1;",
  'activities/shared/t.ts': 'export type T = 1;',
  'workflows/water/s.contract.ts':
    "import { defineSignal } from '@temporalio/workflow'; export const s = defineSignal; export type S = 1;",
  'workflows/water/c.rules.ts': "import type { S } from './s.contract.js'; export const c: S = 1;",
  'workflows/water/w.workflow.ts':
    "import type { A } from '../../activities/water/a.activities.js'; import { c } from './c.rules.js'; export const w: A = c; export type W = 1;",
  'workflows/water/index.ts': "export { w } from './w.workflow.js';",
  'workflows/identity/u.rules.ts':
    "import { s } from '../water/s.contract.js'; export const u = s;",
  'db/shared/id.ts': "import pg from 'pg'; export const id = pg;",
  'db/water/b.store.ts':
    "import { c } from '../../workflows/water/c.rules.js'; export const b = c; export type B = 1;",
  'db/water/m.model.ts':
    "import { Model } from 'objection'; export const m = Model; export type M = 1;",
  'db/water/v.views.ts': "import { p } from '../identity/p.views.js'; export const v = p;",
  'db/identity/u.store.ts': 'export type U = 1;',
  'db/identity/p.views.ts': 'export const p = 1;',
  'api/water/r.routes.ts':
    "import type { Config } from '../../config.js'; import type { Client } from 'pg'; import Koa from 'koa'; import { v } from '../../db/water/v.views.js'; export const r = [Koa, v]; export type R = [Config, Client];",
  'workers/main.ts':
    "import { r } from '../api/water/r.routes.js'; import { a } from '../activities/water/a.activities.js'; import { loadConfig } from '../config.js'; import { Worker } from '@temporalio/worker'; export const main = [r, a, loadConfig, Worker];",
  'test/support/fake.ts':
    "import { main } from '../../workers/main.js'; export const fake = main; export type Fake = 1;",
  ...Object.fromEntries(
    [
      '@temporalio/workflow',
      '@temporalio/client',
      '@temporalio/worker',
      'ajv',
      'pg',
      'knex',
      'objection',
      'koa',
      '@koa/router',
      'koa-helmet',
      'mqtt',
      'aedes',
    ].flatMap((name) => [
      [`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' })],
      [`node_modules/${name}/index.js`, ''],
    ]),
  ),
};

describe('the import rules', () => {
  let dir: string;
  let planted: ICruiseResult;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'millrace-imports-'));
    const files = Object.assign({}, surroundings, ...Object.values(breaches).flat()) as Record<
      string,
      string
    >;
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text);
    }
    planted = await inspect(
      dir,
      [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))].filter(isOurs),
    );
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('are all proved below', () => {
    expect(Object.keys(breaches)).toEqual(ruleSet.forbidden?.map(({ name }) => name));
  });

  it.each(Object.keys(breaches))('%s can fail', (name) => {
    for (const breach of breaches[name] ?? []) {
      expect({ breach, broken: rulesBrokenBy(Object.keys(breach)) }).toEqual({
        breach,
        broken: [name],
      });
    }
  });

  it('let the allowed neighbours of every breach pass', () => {
    const allowed = Object.keys(surroundings).filter((path) => path.endsWith('.ts'));
    expect(rulesBrokenBy(allowed)).toEqual([]);
  });

  const rulesBrokenBy = (files: string[]): string[] => [
    ...new Set(
      planted.summary.violations
        .filter(({ from }) => files.includes(from))
        .map(({ rule }) => rule.name),
    ),
  ];
});

const isOurs = (folder: string) => folder !== 'node_modules' && !folder.endsWith('.json');

async function inspect(baseDir: string, paths: string[]): Promise<ICruiseResult> {
  const { output } = await cruise(paths, { ...options, ruleSet, validate: true, baseDir });
  if (typeof output === 'string') throw new Error(output);
  return output;
}
