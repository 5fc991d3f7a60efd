import { answered, createMillraceClient } from '../client/index.js';
import { loadConfig, type Config } from '../config.js';
import { StartupFailure } from '../processes/startup-failure.js';
import { createScreen } from './dev/screen.js';
import { addressesOf } from './demo/addresses.js';
import { demoLogins, organizationName, type DemoLogin } from './demo/demo-seed.js';
import { brokenCode, runProgram } from './process/program.js';

/**
 * `npm run status`: all addresses, and whether the system is well; with `--env` as lines for the
 * .env of an app. Ends with 0 for a healthy system, 1 for an unhealthy system, and 2 without any
 * answer.
 */
const screen = createScreen();

async function status(): Promise<void> {
  const config = loadConfig(process.env, { needsKeys: false });
  const isReady = await readiness(config);
  const logins = config.SEED_DEMO ? demoLogins : [];
  if (process.argv.includes('--env')) console.log(await variablesOf(config));
  else {
    screen.table(
      isReady ? 'Millrace is ready' : 'Millrace is there, and not ready: see /ready',
      addressesOf(config, temporalUi(config)).map(({ name, href }) => [name, href]),
    );
    if (logins.length > 0)
      screen.table(
        'Demo logins',
        logins.map(({ role, email, password }) => [role, `${email}  ${password}`]),
      );
  }
  process.exitCode = isReady ? 0 : brokenCode;
}

async function readiness({ publicUrl }: Config): Promise<boolean> {
  const { ok } = await fetch(`${publicUrl}/ready`).catch(() => {
    throw new StartupFailure(
      `Nothing answers at ${publicUrl}. Run npm start first, in another terminal.`,
    );
  });
  return ok;
}

const temporalUi = (config: Config): string =>
  config.TEMPORAL_UI_URL ?? `http://127.0.0.1:${config.TEMPORAL_UI_PORT}`;

/** The configuration of an app: addresses, a login, and the account id for every path. */
async function variablesOf(config: Config): Promise<string> {
  const [login] = config.SEED_DEMO ? demoLogins : [];
  const variables = {
    MILLRACE_URL: config.publicUrl,
    MILLRACE_OPENAPI_URL: `${config.publicUrl}/openapi.json`,
    MILLRACE_MAILBOX_URL: `${config.publicUrl}/ui/mailbox.json`,
    MILLRACE_MQTT_URL: `mqtt://127.0.0.1:${config.MQTT_PORT}`,
    TEMPORAL_UI_URL: temporalUi(config),
    ...(login
      ? {
          MILLRACE_USERNAME: login.email,
          MILLRACE_PASSWORD: login.password,
          MILLRACE_ACCOUNT_ID: await accountOf(config, login),
        }
      : {}),
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

/** The demo organisation; a login has an account of its own besides. */
async function accountOf(
  { publicUrl: baseUrl }: Config,
  { email: username, password }: DemoLogin,
): Promise<string> {
  const anonymous = createMillraceClient({ baseUrl });
  const { access_token: token } = await answered(
    anonymous.POST('/v1/auth/login', { body: { username, password } }),
  );
  const { org_memberships: memberships } = await answered(
    createMillraceClient({ baseUrl, token }).GET('/v1/me'),
  );
  return memberships.find(({ org_name: name }) => name === organizationName)?.account_id ?? '';
}

await runProgram(status, { tell: screen.fail });
