import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createLogDestination,
  observeLog,
  type LogDestination,
  type WriteCalls,
} from '../../workers/process/log-destination.js';
import { createMetrics } from '../../workers/observability/metrics/registry.js';
import { eventually } from '../support/timing/eventually.js';
import { parseExposition, valueOf } from '../support/http/exposition.js';
import { canMount, mountSmallDisk } from '../support/servers/small-disk.js';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'millrace-log-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const open: { destination: LogDestination; fd: number }[] = [];
afterEach(() => {
  for (const { destination, fd } of open.splice(0)) {
    destination.close();
    closeSync(fd);
  }
});
function destinationTo(
  path: string,
  flags: string | number = 'a',
  calls?: WriteCalls,
): LogDestination {
  const fd = openSync(path, flags);
  const destination = createLogDestination(fd, calls);
  open.push({ destination, fd });
  return destination;
}
const fault = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

/**
 * A file with writes as in the list, in turn and then for ever as in the last entry: a fault, or so
 * many bytes at most.
 */
function unreliable(...turns: (string | number)[]): { calls: WriteCalls; text: () => string } {
  const chunks: Buffer[] = [];
  const step = (bytes: Buffer, from: number): number => {
    const turn = (turns.length > 1 ? turns.shift() : turns[0]) ?? Infinity;
    if (typeof turn === 'string') throw fault(turn);
    const chunk = bytes.subarray(from, from + turn);
    chunks.push(Buffer.from(chunk));
    return chunk.length;
  };
  const write = (
    _fd: number,
    bytes: Buffer,
    from: number,
    _length: number,
    _at: null,
    done: Done,
  ): void => {
    setImmediate(() => {
      let count = 0;
      try {
        count = step(bytes, from);
      } catch (error) {
        return done(error as NodeJS.ErrnoException, 0);
      }
      done(null, count);
    });
  };
  const writeSync = (_fd: number, bytes: Buffer, from = 0): number => step(bytes, from);
  return {
    calls: { write, writeSync } as unknown as WriteCalls,
    text: () => Buffer.concat(chunks).toString(),
  };
}
type Done = (error: NodeJS.ErrnoException | null, count: number) => void;

describe('a log', () => {
  it('is written in order, line by line, and at once at the end', async () => {
    const path = join(dir, 'whole');
    const destination = destinationTo(path);
    destination.write('one\n');
    await eventually(() => expect(readFileSync(path, 'utf8')).toBe('one\n'));
    for (let n = 0; n < 5_000; n += 1) destination.write(`${n}\n`);
    destination.flushSync();
    await eventually(() => {
      const written = readFileSync(path, 'utf8').trim().split('\n').slice(1);
      expect(written).toEqual(Array.from({ length: 5_000 }, (_, n) => String(n)));
    });
    expect(destination.droppedLines()).toBe(0);
  });

  it.each(['ENOSPC', 'EIO', 'EPIPE', 'EBADF'])(
    'loses and counts the lines that %s keeps out, and goes on after it',
    async (code) => {
      const { calls, text } = unreliable(code, Infinity);
      const destination = destinationTo('/dev/null', 'a', calls);
      const told: number[] = [];
      destination.onRecovered((lost) => void told.push(lost));
      destination.write('lost\n');
      destination.write('lost, too\n');
      await eventually(() => expect(destination.fault()).toBe(code));
      expect(destination.droppedLines()).toBe(2);
      destination.write('kept\n');
      await eventually(() => expect(text()).toBe('kept\n'));
      expect([destination.fault(), told]).toEqual([undefined, [2]]);
    },
  );

  it('counts what it lost of a batch that went out in part, and lets no torn line run into the next', async () => {
    const { calls, text } = unreliable('one\ntw'.length, 'ENOSPC', Infinity);
    const destination = destinationTo('/dev/null', 'a', calls);
    for (const line of ['one', 'two', 'three']) destination.write(`${line}\n`);
    await eventually(() => expect(destination.droppedLines()).toBe(2));
    destination.write('four\n');
    await eventually(() => expect(text()).toBe('one\ntw\nfour\n'));
  });

  it('waits for a reader that is slow, and loses nothing by it', async () => {
    const { calls, text } = unreliable('EAGAIN', 2, 'EAGAIN', 'EBUSY', Infinity);
    const destination = destinationTo('/dev/null', 'a', calls);
    destination.write('one\n');
    await eventually(() => expect(text()).toBe('one\n'));
    expect([destination.droppedLines(), destination.fault()]).toEqual([0, undefined]);
  });

  it('keeps no more than 16 MiB for a reader that does not read', () => {
    const { calls } = unreliable('EAGAIN');
    const destination = destinationTo('/dev/null', 'a', calls);
    const line = `${'x'.repeat(2 ** 20 - 1)}\n`;
    for (let n = 0; n < 40; n += 1) destination.write(line);
    expect(destination.droppedLines()).toBeGreaterThanOrEqual(22);
  });

  it('ends within a second, whatever its lines wait for', () => {
    for (const code of ['ENOSPC', 'EAGAIN']) {
      const destination = destinationTo('/dev/null', 'a', unreliable(code).calls);
      destination.write('never\n');
      const startedAt = performance.now();
      destination.flushSync();
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      expect(destination.droppedLines()).toBe(1);
    }
  });

  it('tells in a metric how many lines it lost', async () => {
    const destination = destinationTo('/dev/full', 'w');
    const metrics = createMetrics();
    observeLog(metrics, destination);
    destination.write('lost\n');
    destination.flushSync();
    expect(destination.fault()).toBe('ENOSPC');
    expect(
      valueOf(parseExposition(await metrics.expose()), 'millrace_log_lines_dropped_total', {}),
    ).toBe(1);
  });

  (canMount ? it : it.skip)('fills a disk, and is written again when there is room', async () => {
    const disk = mountSmallDisk(join(dir, 'disk'), 1);
    try {
      const path = join(disk.path, 'log');
      const destination = destinationTo(path);
      destination.write('before\n');
      await eventually(() => expect(readFileSync(path, 'utf8')).toBe('before\n'));
      await disk.fill();
      await eventually(() => {
        destination.write(`${'x'.repeat(4_096)}\n`);
        expect(destination.fault()).toBe('ENOSPC');
      });
      expect(destination.droppedLines()).toBeGreaterThan(0);
      disk.free();
      destination.write('after\n');
      await eventually(() => expect(readFileSync(path, 'utf8')).toMatch(/\nafter\n$/));
    } finally {
      for (const each of open.splice(0)) closeSync(each.fd);
      disk.remove();
    }
  });
});

describe('a process that logs', () => {
  const program = `
    import { openStandardOutput } from ${JSON.stringify(new URL('../../workers/process/log-destination.ts', import.meta.url).href)};
    const log = openStandardOutput();
    for (let n = 0; n < 500; n += 1) log.write('x'.repeat(1000) + '\\n');
    setTimeout(() => process.exit(7), 300);
  `;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];

  it('ends when it wants to, while nobody reads the pipe that it writes to', async () => {
    const pipe = join(dir, 'pipe');
    spawnSync('mkfifo', [pipe]);
    const reader = spawn('sleep', ['60'], { stdio: [openSync(pipe, 'r+'), 'ignore', 'ignore'] });
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', openSync(pipe, 'r+'), 'inherit'],
    });
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
    expect(await once(child, 'exit')).toEqual([7, null]);
    clearTimeout(late);
    reader.kill();
  });

  it('goes on when the reader of its pipe is gone', async () => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.destroy();
    expect(await once(child, 'exit')).toEqual([7, null]);
  });
});
