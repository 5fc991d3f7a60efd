import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isErrno } from './identity.js';

/** PostgreSQL takes as much at once for a log, so a disk with less room is full. */
export const leastRoomBytes = 16 * 2 ** 20;

/** Bytes of room on the disk of a folder, whether the folder exists or not. */
export async function roomBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if (!isErrno(error, 'ENOENT') || dirname(folder) === folder) throw error;
    return roomBytes(dirname(folder));
  }
}

export const hasRoom = async (folder: string): Promise<boolean> =>
  (await roomBytes(folder)) >= leastRoomBytes;

/** The system's and PostgreSQL's codes of a full disk or a used up quota (`disk_full`). */
const fullCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', '53100']);

export function isDiskFull(error: unknown): boolean {
  const { code, nativeError } = Object(error) as { code?: unknown; nativeError?: unknown };
  // objection wraps the driver's error.
  return fullCodes.has(code) || (nativeError !== undefined && isDiskFull(nativeError));
}
