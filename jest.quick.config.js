import whole from './jest.config.js';

const { globalSetup: _setup, globalTeardown: _teardown, ...rest } = whole;

/** The tests that need no server: of rules, and of the source as it stands. */
export default {
  ...rest,
  reporters: ['default'],
  testMatch: ['<rootDir>/test/**/*.rules.test.ts', '<rootDir>/test/architecture/source/*.test.ts'],
};
