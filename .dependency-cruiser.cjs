// The house's import rules, numbered as in docs/rules.md. test/architecture/source/imports.test.ts proves that each of them can fail.
const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const domains = readdirSync(join(__dirname, 'workers'))
  .filter((name) => name !== 'shared' && existsSync(join(__dirname, 'workers', name, 'domain.ts')))
  .join('|');
const layers = 'workflows|activities|db|api';
/** Gone when compiled. ('type-only' is also said of `import pg, { type Client } from 'pg'`, which loads pg.) */
const erased = ['pre-compilation-only'];
const rule = (name, from, to, comment) => ({
  name,
  severity: 'error',
  from,
  to,
  ...(comment && { comment }),
});
const packages = (names) => `^node_modules/(${names})/`;

module.exports = {
  forbidden: [
    // 1
    rule(
      'no-cycles',
      {},
      { circular: true },
      'Types included: what needs each other is one thing, or needs a third.',
    ),

    // 2
    rule(
      'workflows-are-pure',
      { path: '^workflows/' },
      {
        pathNot: ['^(workflows|activities)/', packages('@temporalio/(workflow|common)')],
        dependencyTypesNot: erased,
      },
      'At run time a workflow file loads workflow files and the two pure Temporal packages.',
    ),

    // 3
    rule(
      'workflows-run-no-activities',
      { path: '^workflows/' },
      { path: '^activities/', dependencyTypesNot: erased },
      'A workflow knows the types of its activities; the server calls them.',
    ),
    rule(
      'workflows-name-own-activities-only',
      { path: '^workflows/([^/]+)/' },
      {
        path: '^(activities|db|api|workers)/',
        pathNot: '^activities/$1/',
        dependencyTypes: erased,
      },
    ),

    // 4
    rule(
      'domains-meet-at-contracts',
      { path: `^(${layers})/(${domains})/` },
      {
        path: `^(${layers})/(${domains})/`,
        pathNot: [
          `^(${layers})/$2/`,
          '\\.contract\\.ts$',
          '^db/(identity|platform)/.+\\.(views|records|events)\\.ts$',
        ],
      },
      'Identity and the platform serve all domains: their views, records and events are their faces.',
    ),

    // 5
    rule(
      'a-workflow-is-its-contract-and-rules',
      { pathNot: '^(workflows|test|bench)/' },
      { path: ['^workflows/.*\\.workflow\\.ts$', '^workflows/[^/]+/index\\.ts$'] },
      'Its body runs in the bundle, which is built from its path.',
    ),

    // 6 is test/architecture/bundles.test.ts.

    // 7
    rule(
      'api-touches-db-by-views-records-inboxes',
      { path: '^api/' },
      {
        path: '^db/',
        pathNot: [
          '\\.(views|records|inbox|contract)\\.ts$',
          '^db/audit/audit\\.ts$',
          '^db/connection/(crash-point|database|database-clock|database-fault|reader)\\.ts$',
          '^db/shared/(correlation|id|readable-code)\\.ts$',
        ],
      },
    ),
    rule('api-runs-no-activities', { path: '^api/' }, { path: '^activities/' }),

    // 8
    rule(
      'db-imports-no-layer',
      { path: '^db/(?!migrations/[0-9])' },
      {
        path: '^(workflows|activities|api|workers|test|bench)/',
        pathNot: ['^workflows/.*\\.(contract|rules)\\.ts$', '^workflows/shared/'],
      },
      'It may use the words (contract), the decisions (rules) and the failures, which are pure.',
    ),

    // 9
    rule(
      'activities-import-no-face',
      { path: '^activities/' },
      { path: ['^(api|workers)/', packages('koa|@koa/[^/]+|@temporalio/(client|worker)')] },
    ),

    // 10
    rule(
      'migrations-stand-alone',
      { path: '^db/migrations/[0-9]' },
      { pathNot: '^node_modules/', dependencyTypesNot: ['core'] },
      'What ran once must run the same for ever.',
    ),

    // 11
    rule(
      'sql-lives-in-db',
      { pathNot: '^(db|test|bench)/' },
      { path: packages('knex|objection|pg'), dependencyTypesNot: erased },
    ),
    rule(
      'koa-lives-in-api',
      { pathNot: '^(api|activities|test|bench)/' },
      { path: packages('koa|@koa/[^/]+|koa-[^/]+'), dependencyTypesNot: erased },
    ),
    rule(
      'mqtt-lives-at-the-edge',
      { pathNot: '^(workers|activities/shared|test|bench)/' },
      { path: packages('mqtt|mqtt-packet|aedes'), dependencyTypesNot: erased },
    ),
    rule(
      'the-worker-sdk-lives-in-workers',
      { pathNot: ['^(workers|activities|test|bench)/', '^temporal-config/bundle\\.ts$'] },
      { path: packages('@temporalio/worker') },
    ),

    // 12
    rule(
      'config-is-read-where-a-process-starts',
      { pathNot: '^(workers|test|bench)/' },
      { path: '^config\\.ts$', dependencyTypesNot: erased },
      'Everything else is handed what it needs.',
    ),

    // 13
    rule(
      'nobody-imports-workers',
      { pathNot: ['^workers/', '^(db|activities)/', '^(test|bench)/'] },
      { path: '^workers/' },
    ),
    rule(
      'nobody-imports-tests',
      { pathNot: ['^db/', '^(test|bench)/'] },
      { path: '^(test|bench)/' },
    ),

    // 14
    rule(
      'imports-are-relative',
      {},
      { dependencyTypes: ['aliased', 'localmodule', 'undetermined'] },
      'The bundler of the workflows does not know path aliases.',
    ),
    rule(
      'imports-resolve',
      {},
      { couldNotResolve: true },
      'What cannot be found is seen by no other rule.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.cache|\\.millrace)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
