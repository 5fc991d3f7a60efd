import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isErrno } from './identity.js';

/** PostgreSQL takes as much at once for its log; a disk with less is as good as full. */
export const leastRoomBytes = 16 * 2 ** 20;

/** How much may still be written to the disk that a folder is on, or will be on once it is made. */
export async function roomBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if (!isErrno(error, 'ENOENT') || dirname(folder) === folder) throw error;
    return roomBytes(dirname(folder));
  }
}

export const hasRoom = async (folder: string): Promise<boolean> => (await roomBytes(folder)) >= leastRoomBytes;

/** A full disk or a used up quota, as the system and PostgreSQL (`disk_full`) name them. */
const fullCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', '53100']);

export function isDiskFull(error: unknown): boolean {
  const { code, nativeError } = Object(error) as { code?: unknown; nativeError?: unknown };
  // objection wraps what the driver said.
  return fullCodes.has(code) || (nativeError !== undefined && isDiskFull(nativeError));
}
