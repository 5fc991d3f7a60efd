import type { Home } from '../../api/shared/home.routes.js';
import type { Config } from '../../config.js';
import { addressesOf } from './addresses.js';
import { demoLogins } from './demo-seed.js';
import { firstCommands } from './first-commands.js';

/** What the page at / shows beside what it asks the API. */
export function homeOf(config: Config, version: string): Home {
  const logins = config.SEED_DEMO ? demoLogins : [];
  return { version, links: addressesOf(config), logins, commands: firstCommands(config, logins[0]) };
}
