import { existsSync, readdirSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * libfaketime from the system's packages, where installed; each multiarch folder of Debian is
 * looked into.
 */
export const fakeClockLibrary: string | undefined = foldersOf('/usr/lib')
  .map((folder) => join(folder, 'faketime', 'libfaketimeMT.so.1'))
  .find((file) => existsSync(file));

/** A process's own time of day, set at run time; the clock for time spans goes on unchanged. */
export function createMachineClock(file: string) {
  return {
    variables: {
      LD_PRELOAD: fakeClockLibrary ?? '',
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    },
    /** Ahead of everybody else's; below zero behind. Felt within a second. */
    async set(seconds: number): Promise<void> {
      await writeFile(`${file}.next`, `${seconds < 0 ? '' : '+'}${seconds}s\n`);
      await rename(`${file}.next`, file);
    },
  };
}

function foldersOf(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [join(folder, entry.name)] : [],
    );
  } catch {
    return [];
  }
}
