import { loadConfig, required } from '../config.js';
import { ConfigError } from '../processes/startup-failure.js';
import { demoLogins, seedDemo } from './demo/demo-seed.js';
import { openDatabase } from './process/signed-database.js';
import { runProgram } from './process/program.js';

/** The demo accounts, in development only; `npm start` runs the seed unless SEED_DEMO=false. */
await runProgram(async () => {
  const config = loadConfig(process.env);
  if (config.isProduction)
    throw new ConfigError('The demo accounts have known passwords: they are not for production.');
  const database = await openDatabase(config, required(config, 'DATABASE_URL'));
  try {
    await seedDemo({ database, planId: config.DEFAULT_PLAN ?? 'pro' });
    process.send?.({ logins: demoLogins });
  } finally {
    await database.close();
  }
});
