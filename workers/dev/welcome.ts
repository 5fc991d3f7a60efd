import type { Config } from '../../config.js';
import { treeMemoryBytes } from '../../processes/memory.js';
import type { DataFolder } from './data-folder.js';
import { seconds, type Screen } from './screen.js';
import { addressesOf } from '../demo/addresses.js';
import type { DemoLogin } from '../demo/demo-seed.js';
import { commandOf } from '../demo/first-commands.js';

interface WelcomeOptions {
  config: Config;
  folder: DataFolder;
  temporalUiUrl: string | undefined;
  logins: readonly DemoLogin[];
  screen: Screen;
  startedAt: number;
}

const admin = { email: 'you@example.com', password: 'a long one of yours' };

const post = (url: string, body: object) =>
  `curl ${url} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;

/** The addresses and commands for the first minutes. */
export function printWelcome({
  config,
  folder,
  temporalUiUrl,
  logins,
  screen,
  startedAt,
}: WelcomeOptions): void {
  const api = config.publicUrl;
  screen.table('Millrace is ready', [
    ...addressesOf(config, temporalUiUrl).map(({ name, href }) => [name, href] as const),
    ['Data and logs', folder.path],
  ]);
  if (logins.length > 0) {
    screen.table(
      'Demo logins',
      logins.map(({ role, email, password }) => [role, `${email}  ${password}`] as const),
    );
  } else {
    screen.table('First platform admin', [
      ['Secret', config.BOOTSTRAP_SECRET ?? ''],
      [
        'Make it',
        post(`${api}/v1/setup/bootstrap-admin`, {
          ...admin,
          bootstrap_secret: config.BOOTSTRAP_SECRET,
        }),
      ],
    ]);
  }
  const [first] = logins;
  const signIn =
    first && post(`${api}/v1/auth/login`, { username: first.email, password: first.password });
  screen.table('Try', [
    ...(signIn === undefined ? [] : [['Sign in', signIn] as const]),
    // The water story needs the demo accounts.
    ...(signIn === undefined ? [] : [['The water story', commandOf('demo', config)] as const]),
    ['This again', commandOf('status', config)],
  ]);
  const mebibytes = Math.round(treeMemoryBytes(process.pid) / 2 ** 20);
  screen.table(`Ready in ${seconds(startedAt)}, using ${mebibytes} MiB. Ctrl-C stops it.`, []);
}
