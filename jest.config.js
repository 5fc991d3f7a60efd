// Workers that live for many files make much that is soon forgotten; collected less often, it costs
// a twentieth less of the run.
process.env.NODE_OPTIONS ??= '--max-semi-space-size=64';

/** Tests run against real servers, started once for the whole run (test/support/servers/servers.ts). */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testRunner: '<rootDir>/test/support/jest/runner.mjs',
  // By tsx, as everything else.
  transform: {},
  globalSetup: '<rootDir>/test/support/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/jest/global-teardown.mjs',
  reporters: ['default', '<rootDir>/test/support/jest/slowest-reporter.mjs'],
  testSequencer: '<rootDir>/test/support/jest/sequencer.mjs',
  // They wait for servers as much as they work.
  maxWorkers: 3,
  testTimeout: 120_000,
};
