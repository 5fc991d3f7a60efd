import { stat } from 'node:fs/promises';
import { hasRoom, leastRoomBytes, roomBytes } from '../../processes/disk.js';
import type { Screen } from './screen.js';

/** A folder, and what of Millrace is in it. */
export type WatchedFolders = Readonly<Record<string, string>>;

const everyMs = 2_000;

/** Says in one line which disk is full and whose it is, and that it has room again. Ends with this process. */
export function watchDisks(folders: WatchedFolders, screen: Pick<Screen, 'warn' | 'done'>, ms = everyMs): () => void {
  const fullSince = new Map<string, number>();

  async function look(): Promise<void> {
    for (const [folder, owners] of await foldersByDisk(folders)) {
      const since = fullSince.get(owners);
      const isFull = !(await hasRoom(folder));
      if (isFull && since === undefined) {
        fullSince.set(owners, Date.now());
        screen.warn(`${fullDisk(owners, folder, await roomBytes(folder))}. Make room; all goes on by itself then`);
      } else if (!isFull && since !== undefined) {
        fullSince.delete(owners);
        screen.done(`There is room again for ${owners}`, since);
      }
    }
  }

  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    // A folder that is not there yet, or not any more, is looked at the next time.
    void look()
      .catch(() => undefined)
      .finally(() => (isLooking = false));
  }, ms).unref();
  return () => clearInterval(timer);
}

/** In words, for a line of its own or for the end of a start. */
export const fullDisk = (owners: string, folder: string, bytes: number): string =>
  `The disk of ${owners} is full: ${(bytes / 2 ** 20).toFixed(1)} MiB left at ${folder} (fewer than ${leastRoomBytes / 2 ** 20} are too few)`;

/** Of each disk one folder, with the names of all that are on it. */
async function foldersByDisk(folders: WatchedFolders): Promise<[folder: string, owners: string][]> {
  const disks = new Map<number, { folder: string; owners: string[] }>();
  for (const [owner, folder] of Object.entries(folders)) {
    const found = await stat(folder).catch(() => undefined);
    if (!found) continue;
    const disk = disks.get(found.dev) ?? { folder, owners: [] };
    disk.owners.push(owner);
    disks.set(found.dev, disk);
  }
  return [...disks.values()].map(({ folder, owners }) => [folder, owners.join(', ')]);
}
