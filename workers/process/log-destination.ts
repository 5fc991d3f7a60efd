import { write, writeSync } from 'node:fs';
import { unblockedOutput } from '../../processes/unblocked-output.js';
import type { Metrics } from '../observability/metrics/registry.js';

/** The destination of log lines. An unwritable line is dropped and counted; no caller waits. */
export interface LogDestination {
  write(line: string): void;
  /** Writes the gathered lines, for half a second at most. */
  flushSync(): void;
  /** How many lines were never written. */
  droppedLines(): number;
  /** The system's code of the last failed write (`ENOSPC`); undefined while lines are written. */
  fault(): string | undefined;
  /** `tell` hears how many lines were lost, once lines can be written again. */
  onRecovered(tell: (lostLines: number) => void): void;
  /** Ends the writing of gathered lines. */
  close(): void;
}

/** The system's own; others stand in for a broken disk. */
export interface WriteCalls {
  write: typeof write;
  writeSync: typeof writeSync;
}

interface Batch {
  bytes: Buffer;
  writtenBytes: number;
}
type Outcome = 'rest' | 'later' | 'over';

/** A line waits so long, at most, for others to be written with. */
const flushEveryMs = 200;
const flushAtCharacters = 8 * 1024;
/** Bytes that wait for a reader: beyond this size lines are dropped. */
const gatheredMaxCharacters = 16 * 2 ** 20;
/** Pause before a slow reader is offered more lines. */
const retryMs = 10;
const busyCodes: ReadonlySet<string | undefined> = new Set(['EAGAIN', 'EBUSY', 'EINTR']);
const flushWithinMs = 500;
const lineBreak = 0x0a;

/**
 * Gathers lines and writes a batch in one system call, off the way of requests. While the reader
 * reads, no line is lost at a normal end, by an uncaught error or after a fatal line; `kill -9`
 * loses the last 200 ms.
 */
export function createLogDestination(
  fd: number,
  calls: WriteCalls = { write, writeSync },
): LogDestination {
  let gathered: string[] = [];
  let gatheredCharacters = 0;
  let batch: Batch | undefined;
  let isUnderWay = false;
  let retry: NodeJS.Timeout | undefined;
  let isLineTorn = false;
  let fault: string | undefined;
  let [dropped, untold] = [0, 0];
  let tell: (lostLines: number) => void = () => undefined;

  function drop(lines: number): void {
    dropped += lines;
    untold += lines;
  }

  function nextBatch(): Batch | undefined {
    if (gathered.length === 0) return undefined;
    // A line that was cut off must not run into the next line.
    const bytes = Buffer.from(`${isLineTorn ? '\n' : ''}${gathered.join('')}`);
    gathered = [];
    gatheredCharacters = 0;
    return { bytes, writtenBytes: 0 };
  }

  /** Notes the outcome of a write: the rest of the batch is written at once, later, or never. */
  function noteWrite(current: Batch, error: NodeJS.ErrnoException | null, count: number): Outcome {
    if (error) return busyCodes.has(error.code) ? 'later' : abandon(current, error.code);
    current.writtenBytes += count;
    if (current.writtenBytes < current.bytes.length) return count > 0 ? 'rest' : 'later';
    isLineTorn = false;
    fault = undefined;
    const lostLines = untold;
    untold = 0;
    if (lostLines > 0) tell(lostLines);
    return 'over';
  }

  function abandon({ bytes, writtenBytes }: Batch, code = 'UNKNOWN'): Outcome {
    if (writtenBytes > 0) isLineTorn = bytes[writtenBytes - 1] !== lineBreak;
    drop(bytes.subarray(writtenBytes).filter((byte) => byte === lineBreak).length);
    fault = code;
    return 'over';
  }

  function start(): void {
    if (isUnderWay || retry) return;
    batch ??= nextBatch();
    if (batch) goOn(batch);
  }

  function goOn(current: Batch): void {
    const { bytes, writtenBytes } = current;
    isUnderWay = true;
    calls.write(fd, bytes, writtenBytes, bytes.length - writtenBytes, null, (error, count) => {
      isUnderWay = false;
      const outcome = noteWrite(current, error, count);
      if (outcome === 'rest') return goOn(current);
      if (outcome === 'later') return void (retry = setTimeout(startAgain, retryMs).unref());
      batch = undefined;
      if (gatheredCharacters >= flushAtCharacters) start();
    });
  }

  function startAgain(): void {
    retry = undefined;
    start();
  }

  function writeNow(current: Batch, untilMs: number): void {
    for (;;) {
      const outcome = noteWrite(
        current,
        ...outcomeOf(() => calls.writeSync(fd, current.bytes, current.writtenBytes)),
      );
      if (outcome === 'over') return;
      if (outcome === 'later' && performance.now() > untilMs)
        return void abandon(current, 'EAGAIN');
      if (outcome === 'later') pause(1);
    }
  }

  const timer = setInterval(start, flushEveryMs).unref();
  return {
    write(line) {
      if (gatheredCharacters + line.length > gatheredMaxCharacters) return drop(1);
      gathered.push(line);
      gatheredCharacters += line.length;
      if (gatheredCharacters >= flushAtCharacters) start();
    },
    flushSync() {
      const untilMs = performance.now() + flushWithinMs;
      // What the system is writing at this moment nobody can wait for here; as a rule it is out
      // before what follows.
      if (batch && !isUnderWay) {
        writeNow(batch, untilMs);
        batch = undefined;
      }
      for (let next = nextBatch(); next; next = nextBatch()) writeNow(next, untilMs);
    },
    droppedLines: () => dropped,
    fault: () => fault,
    onRecovered: (toTell) => void (tell = toTell),
    close: () => clearInterval(timer),
  };
}

/** Standard output, written to the end when the process exits for any reason. */
export function openStandardOutput(): LogDestination {
  const destination = createLogDestination(unblockedOutput(1));
  process.once('exit', () => destination.flushSync());
  return destination;
}

export function observeLog(metrics: Metrics, { droppedLines }: LogDestination): void {
  metrics.onScrape((put) => put('millrace_log_lines_dropped_total', {}, droppedLines()));
}

/** In the form of a callback's arguments. */
function outcomeOf(call: () => number): [error: NodeJS.ErrnoException | null, count: number] {
  try {
    return [null, call()];
  } catch (error) {
    return [error as NodeJS.ErrnoException, 0];
  }
}

const pause = (ms: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
