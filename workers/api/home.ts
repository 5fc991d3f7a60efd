import type { Home } from '../../api/console/home.routes.js';
import type { Config } from '../../config.js';
import { addressesOf } from '../demo/addresses.js';
import { demoLogins } from '../demo/demo-seed.js';
import { firstCommands } from '../demo/first-commands.js';

/** The content of the page at / beside the API's answers. */
export function homeOf(config: Config, version: string): Home {
  const logins = config.SEED_DEMO ? demoLogins : [];
  return {
    version,
    links: addressesOf(config),
    logins,
    commands: firstCommands(config, logins[0]),
  };
}
