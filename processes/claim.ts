import { link, rename, rm, writeFile } from 'node:fs/promises';
import { identify, isErrno, type ProcessIdentity } from './identity.js';
import { readRecord } from './record.js';

export interface Claim {
  release: () => Promise<void>;
}

/**
 * Makes this process the one that a file names. Answers who it is instead when that one still runs; a name left behind by a
 * killed process is no obstacle.
 */
export async function claim(file: string): Promise<{ claimed: Claim } | { holder: ProcessIdentity }> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(identify(process.pid)), { mode: 0o600 });
  try {
    for (;;) {
      if (await linked(draft, file)) return { claimed: { release: () => rm(file, { force: true }) } };
      const holder = await readRecord(file);
      if (holder !== undefined) return { holder };
      await forget(file);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** A link is made or not, in one step, where writing a file would be two. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Moved aside first, and looked at again: what somebody else put there in the meantime goes back. */
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
