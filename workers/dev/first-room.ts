import { existsSync } from 'node:fs';
import type { Config } from '../../config.js';
import { hasRoom, roomBytes } from '../../processes/disk.js';
import { StartupFailure } from '../../processes/startup-failure.js';
import { isDatabaseGiven } from './backing.js';
import type { DataFolder } from './data-folder.js';
import { fullDisk } from './disk-watch.js';

/** The bytes of a first start, with room to go on for a while. */
const firstStartBytes = 256 * 2 ** 20;
const elsewhere = 'Make room there, or set DATA_DIR to a folder on another disk.';

/** Refuses a first start on too small a disk, before PostgreSQL finds out half-way. */
export async function assertFirstRoom({ path, file }: DataFolder, config: Config): Promise<void> {
  if (isDatabaseGiven(config) || existsSync(file('postgres'))) return;
  const freeBytes = await roomBytes(path);
  if (freeBytes >= firstStartBytes) return;
  throw new StartupFailure(
    `The disk of ${path} is too small for a first start: ${mebibytes(freeBytes)} MiB left, and it takes ${mebibytes(firstStartBytes)}. ${elsewhere}`,
  );
}

/** Adds the remedy for a full disk to any error of a start on a disk without room. */
export async function withRemedyForDisk(error: unknown, path: string): Promise<unknown> {
  if (await hasRoom(path).catch(() => true)) return error;
  const words = error instanceof Error ? error.message : String(error);
  return new StartupFailure(
    `${words}\n${fullDisk('the data folder', path, await roomBytes(path))}. ${elsewhere}`,
  );
}

const mebibytes = (bytes: number): number => Math.floor(bytes / 2 ** 20);
