import { loadConfig } from '../config.js';
import { StartupFailure } from '../processes/startup-failure.js';
import { withOwnSystem } from './shared/own-system.js';
import { formatKeys, isKeyHolder, keysOfHolders } from './shared/process-keys.js';
import { runProgram } from './shared/program.js';

/** `npm run keys -- gateway`: the keys of a process, derived from SECRET_KEY, as its KEYS or the file of KEYS_FILE takes them. */
await runProgram(async () => {
  const holders = process.argv.slice(2);
  const known = holders.filter(isKeyHolder);
  if (holders.length === 0 || known.length < holders.length)
    throw new StartupFailure(`npm run keys -- <process>...: one or more of ${Object.keys(keysOfHolders).join(', ')}`);
  console.log(formatKeys(loadConfig(withOwnSystem(process.env)), known, '\n'));
});
