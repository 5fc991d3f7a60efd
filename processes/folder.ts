import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isErrno } from './identity.js';

/**
 * Makes a folder with the missing parents; answers the first new folder, or undefined where all
 * were there. `mkdir` with `recursive` would loop for ever on a file system such as /proc, where
 * nobody may make a folder and the error names a missing parent.
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
