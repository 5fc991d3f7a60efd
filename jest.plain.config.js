import whole from './jest.config.js';

const { testRunner: _runner, ...rest } = whole;

/** Jest as it comes, which loads all of Millrace anew for each file (`npm test -- --plain`). */
export default {
  ...rest,
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': '<rootDir>/test/support/jest/typescript-transform.mjs' },
};
