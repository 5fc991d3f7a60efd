import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { roleNames, type RoleKey } from '../../db/setup/provision.js';
import { claim, type Claim } from '../../processes/claim.js';
import { makeFolder } from '../../processes/folder.js';
import { StartupFailure } from '../../processes/startup-failure.js';

/** Made once, in a file with read access for the owner only. */
export interface Secrets {
  secretKey: string;
  bootstrapSecret: string;
  passwords: Record<RoleKey, string>;
}

export interface DataFolder {
  path: string;
  /** A path inside the folder. */
  file: (...names: string[]) => string;
  claimed: Claim;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const marker = 'millrace-data';

/** DATA_DIR is seen from the project, wherever the command is given. */
export const locateDataFolder = (dataDir: string) => resolve(root, dataDir);

/** The folder of DATA_DIR, locked for the process's life. */
export async function openDataFolder(dataDir: string): Promise<DataFolder> {
  const path = locateDataFolder(dataDir);
  const file = (...names: string[]) => join(path, ...names);
  const outcome = await claimFolder(path, file).catch((error: unknown) => {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new StartupFailure(
      `DATA_DIR names ${path}, which cannot be made or used as a folder: ${error.message}`,
    );
  });
  if ('claimed' in outcome) {
    await closeToOthers(path);
    return { path, file, ...outcome };
  }
  throw new StartupFailure(
    `Millrace already runs on ${path} (process ${outcome.holder.pid}). ` +
      'Stop that one first, or set DATA_DIR and the ports to run a second one beside it.',
  );
}

/** Made if need be. */
async function claimFolder(path: string, file: DataFolder['file']): ReturnType<typeof claim> {
  if (existsSync(path) && !isOurs(path)) {
    throw new StartupFailure(
      `DATA_DIR names ${path}, which holds other things. Give Millrace a folder of its own.`,
    );
  }
  // Passable but not readable for others: the user of PostgreSQL has to reach the folder of
  // PostgreSQL.
  await makeFolder(path, 0o711);
  await writeFile(file(marker), 'Made by npm start. npm run reset removes this folder.\n', {
    mode: 0o600,
  });
  for (const name of ['logs', 'run']) await makeFolder(file(name), 0o700);
  return claim(file('run', 'start.json'));
}

/**
 * Files of the process and the children are from now on readable for their user alone, whatever
 * mode the code asks for; files left open by an earlier version are closed as well. PostgreSQL
 * takes care of its folder, and objects are made closed.
 */
async function closeToOthers(path: string): Promise<void> {
  process.umask(0o077);
  for (const folder of [path, ...['logs', 'run', 'temporal'].map((name) => join(path, name))]) {
    if (!existsSync(folder)) continue;
    for (const entry of await readdir(folder, { withFileTypes: true }))
      if (entry.isFile()) await chmod(join(folder, entry.name), 0o600);
  }
}

/** Whether a folder is empty or was made by us. */
function isOurs(path: string): boolean {
  return existsSync(join(path, marker)) || readdirSync(path).length === 0;
}

export async function readSecrets({ file }: DataFolder): Promise<Secrets> {
  const path = file('secrets.json');
  const stored = existsSync(path)
    ? (JSON.parse(await readFile(path, 'utf8')) as Partial<Secrets>)
    : {};
  const secrets = withMissing(stored);
  const text = JSON.stringify(secrets, null, 2);
  if (text !== JSON.stringify(stored, null, 2)) await writeDurably(path, text);
  return secrets;
}

/** Adds missing secrets, such as the password of a role from a new version. */
function withMissing({ secretKey, bootstrapSecret, passwords }: Partial<Secrets>): Secrets {
  const password = () => randomBytes(24).toString('hex');
  const newPasswords = Object.fromEntries(
    Object.keys(roleNames).map((role) => [role, password()]),
  ) as Record<RoleKey, string>;
  return {
    secretKey: secretKey ?? randomBytes(48).toString('base64'),
    bootstrapSecret: bootstrapSecret ?? randomBytes(18).toString('base64url'),
    passwords: { ...newPasswords, ...passwords },
  };
}

/** Whole or not at all, also after a power cut. */
async function writeDurably(path: string, text: string): Promise<void> {
  const draft = await open(`${path}.new`, 'w', 0o600);
  await draft.writeFile(text);
  await draft.sync();
  await draft.close();
  await rename(`${path}.new`, path);
}
