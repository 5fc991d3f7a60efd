import { readFileSync } from 'node:fs';
import tseslint from 'typescript-eslint';

/** Files that have a function of more than 60 lines: one goes off with its last, and none is added. */
const filesWithLongFunctions = JSON.parse(
  readFileSync(new URL('./eslint.long-functions.json', import.meta.url), 'utf8'),
);

const nodeGlobals = [
  'process',
  'Buffer',
  'fetch',
  'setInterval',
  'setImmediate',
  'crypto',
  'performance',
  'require',
];

const restrictedSyntax = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of strings.' },
  { selector: 'ExportAllDeclaration', message: 'Re-export by name.' },
  {
    selector:
      ':matches(SpreadElement, SpreadElement > TSAsExpression) > :matches(ArrayExpression, ObjectExpression)',
    message: 'Write what a literal holds into the literal around it.',
  },
];

const nextCommand =
  '/;\\s*(select|insert\\s+into|update|delete\\s+from|merge\\s+into|with\\s+\\w+\\s+as|begin|commit|rollback|savepoint|set|reset|create|drop|alter|grant|revoke|do|call|lock|truncate|copy|prepare|deallocate|execute|declare|listen|notify)\\b/i';
const severalCommands =
  'A text of SQL is one command: with several, a value that is spliced in by mistake is a command too.';
/** Where statements are made while Millrace serves. */
const restrictedSql = [
  { selector: `TemplateElement[value.raw=${nextCommand}]`, message: severalCommands },
  { selector: `Literal[value=${nextCommand}]`, message: severalCommands },
  {
    selector:
      'TemplateLiteral[expressions.length>0] > TemplateElement[value.raw=/set_config\\s*\\(/i]',
    message: 'A context is a bound value.',
  },
];

const machineClock =
  'What processes reckon with each other goes by databaseNow(); how long something takes, by performance.now().';
/** Where what is written is read by another process. */
const restrictedClock = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: machineClock,
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: machineClock },
];

export default tseslint.config(
  {
    ignores: ['node_modules/', 'dist/', '.cache/', '.millrace/', 'coverage/', 'client/openapi.ts'],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      // Handlers and activities are async by their type, whether or not one of them has to wait.
      '@typescript-eslint/require-await': 'off',
      // Rows of hand-written SQL and messages of other libraries arrive untyped; they are typed
      // where they are read.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      // Factories close over what they need: nothing of ours has a `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      'no-restricted-syntax': ['error', ...restrictedSyntax],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only config.ts and entry files read the environment.',
        },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    // A test's functions are lists of tests, and a migration is one text from top to bottom.
    files: ['**/*.ts'],
    ignores: ['**/*.test.ts', 'db/migrations/*.ts', ...filesWithLongFunctions],
    rules: {
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['workflows/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...nodeGlobals.map((name) => ({ name, message: 'Workflow code is pure: no Node.' })),
      ],
      'no-restricted-imports': [
        'error',
        {
          name: '@temporalio/workflow',
          importNames: ['AsyncLocalStorage'],
          message:
            'Each workflow in the cache would have its own, and Node asks every one about every promise.',
        },
      ],
    },
  },
  {
    // Migrations run once, by the owner, and hold no values.
    files: ['db/**/*.ts', 'api/**/*.ts', 'activities/**/*.ts', 'workers/**/*.ts'],
    ignores: ['db/migrations/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...restrictedSyntax, ...restrictedSql, ...restrictedClock],
    },
  },
  {
    // Where a machine is asked for its own time: what runs on this one alone, and deadlines of
    // calls.
    files: [
      'db/connection/database-clock.ts',
      'db/embedded/*.ts',
      'workers/dev/*.ts',
      'workers/demo/*.ts',
      'workers/*.ts',
      'workers/observability/metrics/process-metrics.ts',
      'workers/maintenance/schedules.ts',
      'api/shared/schedules.ts',
      'api/shared/workflow-diagnostics.ts',
      'api/shared/workflows.ts',
      'activities/shared/s3-object-store.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', ...restrictedSyntax, ...restrictedSql] },
  },
  {
    // They describe modules of others, which have default exports.
    files: ['**/*.d.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // Where a process starts, is arranged or speaks to a person.
    files: [
      'workers/*.ts',
      'workers/dev/**/*.ts',
      'workers/process/process.ts',
      'test/**/*.ts',
      'bench/**/*.ts',
      'temporal-config/**/*.ts',
      'processes/**/*.ts',
      'db/embedded/**/*.ts',
    ],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
);
