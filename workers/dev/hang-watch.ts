import { setTimeout as sleep } from 'node:timers/promises';

export interface Asked {
  /** Resolves when it has answered; rejects, or waits, where it hangs. */
  answer: () => Promise<void>;
  exited: Promise<unknown>;
}

export interface HangWatchOptions {
  /** Without an answer for so long, it is ended. */
  hangMs: number;
  /** Hears for how long there has been no answer; `isOver` once there is one again, or it is to be ended. */
  tell: (event: 'silent' | 'answers' | 'hangs', silentMs: number) => void;
  end: () => void;
  signal: AbortSignal;
}

const askEveryMs = 2_000;
/** So many questions in a row have to stay without an answer: one may fall into a pause of the whole machine. */
const questions = 6;

/**
 * Asks a process again and again whether it answers, and ends one that hangs. A process that stands still keeps its sockets open, so
 * that nothing else tells it from one that is slow. Resolves when the process has ended or the watch is over.
 */
export async function watchForHang({ answer, exited }: Asked, options: HangWatchOptions): Promise<void> {
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

/** One that refuses at once is asked again only when the time is over. */
async function answersWithin(answer: () => Promise<void>, ms: number, signal: AbortSignal): Promise<boolean> {
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
