import { link, rename, rm, writeFile } from 'node:fs/promises';
import { identify, isErrno, type ProcessIdentity } from './identity.js';
import { readRecord } from './record.js';

export interface Claim {
  release: () => Promise<void>;
}

/**
 * Writes the own process into a file as the file's holder. Answers the present holder while the
 * holder runs; a killed holder is no obstacle.
 */
export async function claim(
  file: string,
): Promise<{ claimed: Claim } | { holder: ProcessIdentity }> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(identify(process.pid)), { mode: 0o600 });
  try {
    for (;;) {
      if (await linked(draft, file))
        return { claimed: { release: () => rm(file, { force: true }) } };
      const holder = await readRecord(file);
      if (holder !== undefined) return { holder };
      await forget(file);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** Making a link is a single step; writing a file would be two. */
async function linked(target: string, path: string): Promise<boolean> {
  try {
    await link(target, path);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Moves the file aside and looks again: a holder of the meantime is put back. */
async function forget(file: string): Promise<void> {
  const aside = `${file}.${process.pid}.stale`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return;
    throw error;
  }
  if ((await readRecord(aside)) !== undefined) await linked(aside, file);
  await rm(aside, { force: true });
}
