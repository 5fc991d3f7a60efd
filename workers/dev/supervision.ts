import { setTimeout as sleep } from 'node:timers/promises';
import { identify, signalProcess } from '../../processes/identity.js';
import type { RunningProcess } from '../../processes/node-process.js';
import { watchForHang } from './hang-watch.js';
import type { Screen } from './screen.js';
import type { Stoppable, Stops } from './stops.js';

export interface Supervision {
  screen: Screen;
  stops: Stops;
  /** Without an answer for so long, a process is ended and started again. */
  hangMs: number;
}

const firstWaitMs = 500;
const longestWaitMs = 15_000;
/** After so long a run a process is well; the next end counts as the first. */
const healthyAfterMs = 60_000;

/**
 * Keeps a process running: a process ended by itself is started again, later each time, and a
 * hanging process is ended. Resolves at the first run; rejects when the first run fails. A stop
 * also ends a process during the start: at once where `start` heeds the signal, else as soon as the
 * process is up.
 */
export async function superviseService(
  name: Stoppable,
  start: (signal: AbortSignal) => Promise<RunningProcess>,
  { screen: { warn }, stops, hangMs }: Supervision,
): Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  let running: RunningProcess | undefined;

  const run = async () => {
    running = await start(signal);
    if (!signal.aborted) return watchOver(running);
    await running.stop();
    signal.throwIfAborted();
  };
  const watchOver = (watched: RunningProcess): void => {
    const identity = identify(watched.pid);
    void watchForHang(watched, {
      hangMs,
      signal,
      tell: (event, silentMs) => warn(tellings[event](title, `${Math.round(silentMs / 1_000)} s`)),
      end: () => void (identity && signalProcess(identity, 'SIGKILL')),
    });
  };
  const restart = async (why: string, waitMs: number): Promise<boolean> => {
    warn(`${title} ${why}: starting it again in ${waitMs / 1_000} s`);
    await sleep(waitMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return true;
    try {
      await run();
      warn(`${title} runs again`);
      return true;
    } catch (error) {
      if (!signal.aborted) warn(error instanceof Error ? error.message : String(error));
      return signal.aborted;
    }
  };
  const watch = async () => {
    for (let failures = 0; !signal.aborted;) {
      const startedAt = Date.now();
      let why = `ended (${await running?.exited})`;
      if (signal.aborted) return;
      failures = Date.now() - startedAt > healthyAfterMs ? 0 : failures;
      while (!(await restart(why, Math.min(longestWaitMs, firstWaitMs * 2 ** failures++))))
        why = 'did not start';
    }
  };

  stops.add(name, async () => {
    stopping.abort();
    await running?.stop();
    await watching;
  });
  const first = run();
  const watching = first.then(watch, () => {});
  await first;
}

const tellings = {
  silent: (title: string, time: string) => `${title} does not answer (for ${time})`,
  answers: (title: string, time: string) => `${title} answers again, after ${time}`,
  hangs: (title: string, time: string) =>
    `${title} hangs: no answer for ${time}, so it is ended and started again`,
};
