import { loadConfig } from '../config.js';
import { StartupFailure } from '../processes/startup-failure.js';
import { withOwnSystem } from './dev/own-system.js';
import { formatKeys, isKeyHolder, keysOfHolders } from './process/process-keys.js';
import { runProgram } from './process/program.js';

/**
 * `npm run keys -- gateway`: the keys of a process, derived from SECRET_KEY, in the form of KEYS
 * and of the file of KEYS_FILE.
 */
await runProgram(async () => {
  const holders = process.argv.slice(2);
  const keyHolders = holders.filter(isKeyHolder);
  if (holders.length === 0 || keyHolders.length < holders.length)
    throw new StartupFailure(
      `npm run keys -- <process>...: one or more of ${Object.keys(keysOfHolders).join(', ')}`,
    );
  console.log(formatKeys(loadConfig(withOwnSystem(process.env)), keyHolders, '\n'));
});
