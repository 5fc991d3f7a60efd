import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';

export interface SmallDisk {
  path: string;
  /** Leaves no room. */
  fill(): Promise<void>;
  /** Gives back the filled space. */
  free(): void;
  remove(): void;
}

const ballast = 'ballast';

/**
 * Whether this machine lets us mount at all: without, stories of full disks are left out, and say
 * so.
 */
export const canMount =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--mount', 'true']).status === 0;

/** A folder on a separate disk, in memory. */
export function mountSmallDisk(path: string, mebibytes: number): SmallDisk {
  mkdirSync(path, { recursive: true });
  const { status, stderr } = spawnSync(
    'mount',
    ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0711`, 'tmpfs', path],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`no disk could be mounted at ${path}: ${stderr}`);
  const file = join(path, ballast);
  return {
    path,
    async fill() {
      const { bavail, bsize } = await statfs(path);
      try {
        writeFileSync(file, Buffer.alloc(bavail * bsize), { flag: 'a' });
      } catch (error) {
        // Another process has written meanwhile, and the disk is full all the same.
        if (Object(error).code !== 'ENOSPC') throw error;
      }
    },
    free: () => rmSync(file, { force: true }),
    remove() {
      spawnSync('umount', ['--lazy', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
