import { stat } from 'node:fs/promises';
import { hasRoom, leastRoomBytes, roomBytes } from '../../processes/disk.js';
import type { Screen } from './screen.js';

/** Folders of Millrace, by the name of their content. */
export type WatchedFolders = Readonly<Record<string, string>>;

const everyMs = 2_000;

/**
 * Says in one line which disk is full and by whose files, and when there is room again. Ends with
 * the process.
 */
export function watchDisks(
  folders: WatchedFolders,
  screen: Pick<Screen, 'finish' | 'warn'>,
  ms = everyMs,
): () => void {
  const fullSince = new Map<string, number>();

  async function look(): Promise<void> {
    for (const [folder, owners] of await foldersByDisk(folders)) {
      const since = fullSince.get(owners);
      const isFull = !(await hasRoom(folder));
      if (isFull && since === undefined) {
        fullSince.set(owners, Date.now());
        screen.warn(
          `${fullDisk(owners, folder, await roomBytes(folder))}. Make room; all goes on by itself then`,
        );
      } else if (!isFull && since !== undefined) {
        fullSince.delete(owners);
        screen.finish(`There is room again for ${owners}`, since);
      }
    }
  }

  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    // A missing folder is looked at again the next time.
    void look()
      .catch(() => undefined)
      .finally(() => (isLooking = false));
  }, ms).unref();
  return () => clearInterval(timer);
}

/** A full disk in words, for a line of its own or for the end of a start. */
export const fullDisk = (owners: string, folder: string, bytes: number): string =>
  `The disk of ${owners} is full: ${(bytes / 2 ** 20).toFixed(1)} MiB left at ${folder} (fewer than ${leastRoomBytes / 2 ** 20} are too few)`;

/** One folder of each disk, with the names of all watched folders there. */
async function foldersByDisk(folders: WatchedFolders): Promise<[folder: string, owners: string][]> {
  const disks = new Map<number, { folder: string; owners: string[] }>();
  for (const [owner, folder] of Object.entries(folders)) {
    const stats = await stat(folder).catch(() => undefined);
    if (!stats) continue;
    const disk = disks.get(stats.dev) ?? { folder, owners: [] };
    disk.owners.push(owner);
    disks.set(stats.dev, disk);
  }
  return [...disks.values()].map(({ folder, owners }) => [folder, owners.join(', ')]);
}
