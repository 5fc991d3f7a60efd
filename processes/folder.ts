import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isErrno } from './identity.js';

/**
 * Makes a folder and those above it that are missing; answers the first that it made, undefined where all were there. In place
 * of `mkdir` with `recursive`, which goes round for ever where a file system lets nobody make a folder and says that the one
 * above is missing, as /proc does.
 */
export async function makeFolder(path: string, mode?: number): Promise<string | undefined> {
  try {
    await mkdir(path, { mode });
    return path;
  } catch (error) {
    if (isErrno(error, 'EEXIST') && (await stat(path)).isDirectory()) return undefined;
    if (!isErrno(error, 'ENOENT') || dirname(path) === path) throw error;
    const firstMade = await makeFolder(dirname(path), mode);
    await mkdir(path, { mode }).catch((again: unknown) => {
      // Somebody else was as fast.
      if (!isErrno(again, 'EEXIST')) throw again;
    });
    return firstMade ?? path;
  }
}
