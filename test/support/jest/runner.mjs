import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import runByCircus from 'jest-circus/runner';
import { register as registerTypeScript } from 'tsx/esm/api';
import { globalsKey } from './globals-key.mjs';

const require = createRequire(import.meta.url);

registerTypeScript();
register('./globals-hook.mjs', import.meta.url);

/**
 * Jest's own runner, but the files of a worker share Node's modules instead of loading and
 * compiling all of Millrace in a context for each. Fifty-two files of every folder took 180 s of
 * processor with the runner and 220 s without, servers included (`npm test -- --plain`). Given up
 * are the mocking of modules, which no test does, and a wall between files: so no file may leave
 * anything in a module or in `process.env` (docs/decisions/0021).
 */
export default function run(
  globalConfig,
  config,
  environment,
  _runtime,
  testPath,
  sendMessageToJest,
) {
  // Jest puts a mapping of its own over Node's, which would not know where tsx's lines come from.
  Error.prepareStackTrace = undefined;
  return runByCircus.default(
    globalConfig,
    config,
    environment,
    modulesOfNode,
    testPath,
    sendMessageToJest,
  );
}

/** In place of jest-runtime: what Jest's runner asks of it. */
const modulesOfNode = {
  /**
   * Jest's part inside a context. It keeps the tests and listeners of one file, so each file has
   * its own.
   */
  requireInternalModule(path) {
    delete require.cache[path];
    delete globalThis[Symbol.for('EVENT_HANDLERS')];
    return require(path);
  },
  requireModule: (path) => require(path),
  setGlobalsForRuntime: (globals) => (globalThis[globalsKey] = globals),
  unstable_shouldLoadAsEsm: () => true,
  unstable_importModule: (path) => import(pathToFileURL(path).href),
  enterTestCode: () => undefined,
  leaveTestCode: () => undefined,
};
