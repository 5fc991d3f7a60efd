/** Plain JavaScript, as programs are compiled before Node loads any TypeScript file. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const keptMs = 24 * 3_600_000;

/**
 * Removes a cache's entries of earlier sources, once no start or test run can still be about to
 * read a removed entry. The prefix names the entries of one thing.
 */
export async function removeOldEntries(cacheDir, prefix) {
  for (const name of await readdir(cacheDir)) {
    const path = join(cacheDir, name);
    const isOld = name.startsWith(prefix) && Date.now() - (await stat(path)).mtimeMs > keptMs;
    if (isOld) await rm(path, { recursive: true, force: true });
  }
}
