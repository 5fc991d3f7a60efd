import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StartupFailure } from '../../processes/startup-failure.js';
import { loadConfig } from '../../config.js';
import { watchDisks } from '../../workers/dev/disk-watch.js';
import { assertFirstRoom, withRemedyForDisk } from '../../workers/dev/first-room.js';
import { eventually } from '../support/timing/eventually.js';
import { canMount, mountSmallDisk, type SmallDisk } from '../support/servers/small-disk.js';

const onSmallDisk = canMount ? describe : describe.skip;

onSmallDisk('a full disk (left out where nothing can be mounted)', () => {
  let dir = '';
  let disk: SmallDisk;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'millrace-disk-'));
    disk = mountSmallDisk(join(dir, 'disk'), 64);
  });
  afterAll(async () => {
    disk.remove();
    await rm(dir, { recursive: true, force: true });
  });

  it('is said in one line with whose it is, once, and that there is room again', async () => {
    const lines: string[] = [];
    const say = (text: string) => void lines.push(text);
    const stop = watchDisks(
      { PostgreSQL: disk.path, Temporal: join(disk.path, '.'), logs: dir },
      { warn: say, finish: say },
      20,
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(lines).toEqual([]);
    await disk.fill();
    await eventually(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toContain('The disk of PostgreSQL, Temporal is full: 0.0 MiB left at ');
    expect(lines[0]).not.toContain('\n');
    disk.free();
    await eventually(() =>
      expect(lines.slice(1)).toEqual(['There is room again for PostgreSQL, Temporal']),
    );
    stop();
  });

  it('refuses a first start, and says what helps', async () => {
    const folder = { path: disk.path, file: (...names: string[]) => join(disk.path, ...names) };
    const start = assertFirstRoom(
      { ...folder, claimed: { release: async () => undefined } },
      loadConfig({}),
    );
    await expect(start).rejects.toThrow(
      /too small for a first start: 6\d MiB left, .* set DATA_DIR to a folder on another disk/,
    );
  });

  it('is told with whatever went wrong at a start for want of room, and with nothing else', async () => {
    const error = new Error('PostgreSQL did not start');
    expect(await withRemedyForDisk(error, disk.path)).toBe(error);
    await disk.fill();
    const told = await withRemedyForDisk(error, disk.path);
    disk.free();
    expect(told).toBeInstanceOf(StartupFailure);
    expect((told as Error).message).toMatch(
      /^PostgreSQL did not start\nThe disk of the data folder is full: .* Make room there/,
    );
  });
});
