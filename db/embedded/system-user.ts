import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { StartupFailure } from '../../processes/startup-failure.js';
import { ancestors } from './binaries.js';

interface SystemUser {
  uid: number;
  gid: number;
}

/** How PostgreSQL is run here. */
export interface RunAs {
  /** Owner of PostgreSQL's files, if other than the calling user. */
  owner?: SystemUser;
  /** The user to start PostgreSQL as, unless the prefix switches the user. */
  user?: SystemUser;
  /** A command that runs the rest of the command line. */
  prefix: readonly string[];
}

/**
 * PostgreSQL refuses to run as root: root runs PostgreSQL as the user `postgres`, made if missing.
 * For a folder on the way that is closed to the user (a project under a private home), a single
 * capability, to read folders, lets the user through.
 */
export function whoRunsPostgres(paths: readonly string[]): RunAs {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const user = findUser('postgres') ?? createUser('postgres');
  const closed = paths.flatMap(ancestors).find((folder) => !mayEnter(folder, user));
  if (closed === undefined) return { owner: user, user, prefix: [] };

  const capability = ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'];
  const prefix = [
    'setpriv',
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    ...capability,
  ];
  const [command = '', ...args] = [...prefix, 'true'];
  if (spawnSync(command, args).status === 0) return { owner: user, prefix };
  throw new StartupFailure(
    `PostgreSQL cannot run as root, and the user postgres may not enter ${closed}. Any one of these helps:
  - start as an ordinary user
  - chmod o+x ${closed}
  - set DATABASE_URL to a PostgreSQL server that runs already`,
  );
}

function findUser(name: string): SystemUser | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    spawnSync('id', [flag, name], { encoding: 'utf8' }),
  );
  if (uid?.status !== 0 || gid?.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

function createUser(name: string): SystemUser {
  const args = [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    name,
  ];
  const { stderr, error } = spawnSync('useradd', args, { encoding: 'utf8' });
  const user = findUser(name);
  if (user !== undefined) return user;
  throw new StartupFailure(
    `PostgreSQL cannot run as root, and a user ${name} could not be made (${error?.message ?? stderr.trim()}). ` +
      'Start as an ordinary user, or set DATABASE_URL to a PostgreSQL server that runs already.',
  );
}

function mayEnter(folder: string, { uid, gid }: SystemUser): boolean {
  const { mode, uid: owner, gid: group } = statSync(folder);
  if (owner === uid) return (mode & 0o100) !== 0;
  return (mode & (group === gid ? 0o010 : 0o001)) !== 0;
}
