import { setTimeout as sleep } from 'node:timers/promises';

interface Asked {
  /** Resolves at the answer; rejects, or waits, where the process hangs. */
  answer: () => Promise<void>;
  exited: Promise<unknown>;
}

interface HangWatchOptions {
  /** A process without an answer for so long is ended. */
  hangMs: number;
  /**
   * Receives `silent` at the first missing answer, `answers` at the next answer, and `hangs` before
   * the end of the process; with the length of the silence.
   */
  tell: (event: 'silent' | 'answers' | 'hangs', silentMs: number) => void;
  end: () => void;
  signal: AbortSignal;
}

const askEveryMs = 2_000;
/**
 * So many questions in a row must go without an answer: a single question may fall into a pause of
 * the whole machine.
 */
const questions = 6;

/**
 * Asks a process for an answer again and again, and ends a hanging process. A process at a
 * standstill keeps sockets open, so only the missing answer tells a hang from slowness. Resolves at
 * the end of the process or of the watch.
 */
export async function watchForHang(
  { answer, exited }: Asked,
  options: HangWatchOptions,
): Promise<void> {
  const { hangMs, tell, end, signal } = options;
  const withinMs = hangMs / questions;
  let isOver = false;
  void exited.then(() => (isOver = true));
  let silent: { sinceMs: number; count: number } | undefined;

  while (!signal.aborted && !isOver) {
    await pause(silent ? 0 : Math.min(askEveryMs, withinMs), signal);
    const askedAtMs = performance.now();
    const hasAnswered = await answersWithin(answer, withinMs, signal);
    if (signal.aborted || isOver) return;
    if (hasAnswered) {
      if (silent) tell('answers', performance.now() - silent.sinceMs);
      silent = undefined;
      continue;
    }
    silent = { sinceMs: silent?.sinceMs ?? askedAtMs, count: (silent?.count ?? 0) + 1 };
    const silentMs = performance.now() - silent.sinceMs;
    if (silent.count === 1) tell('silent', silentMs);
    if (silent.count < questions) continue;
    tell('hangs', silentMs);
    end();
    return;
  }
}

/** After an immediate refusal, the next question waits for the end of the time. */
async function answersWithin(
  answer: () => Promise<void>,
  ms: number,
  signal: AbortSignal,
): Promise<boolean> {
  const inTime = new AbortController();
  const late = pause(ms, AbortSignal.any([signal, inTime.signal])).then(() => false);
  const isAnswered = await Promise.race([
    answer().then(
      () => true,
      () => late,
    ),
    late,
  ]);
  inTime.abort();
  return isAnswered;
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal, ref: false }).then(
    () => undefined,
    () => undefined,
  );
