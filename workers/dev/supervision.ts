import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningProcess } from '../../processes/node-process.js';

export interface Service {
  stop: () => Promise<void>;
}

const firstWaitMs = 500;
const longestWaitMs = 15_000;
/** Who ran this long is well; its next end counts as the first. */
const healthyAfterMs = 60_000;

/** Keeps a process running: whenever it ends by itself it is started again, later each time. Its first start may fail. */
export async function superviseService(
  name: string,
  start: () => Promise<RunningProcess>,
  warn: (text: string) => void,
): Promise<Service> {
  const stopping = new AbortController();
  let running = await start();

  const restart = async (waitMs: number): Promise<boolean> => {
    warn(`${name} ended by itself: starting it again in ${waitMs / 1_000} s`);
    await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
    if (stopping.signal.aborted) return true;
    try {
      running = await start();
      if (stopping.signal.aborted) await running.stop();
      else warn(`${name} runs again`);
      return true;
    } catch (error) {
      warn(error instanceof Error ? error.message : String(error));
      return false;
    }
  };
  const watch = async () => {
    for (let failures = 0; !stopping.signal.aborted;) {
      const startedAt = Date.now();
      await running.exited;
      if (stopping.signal.aborted) return;
      failures = Date.now() - startedAt > healthyAfterMs ? 0 : failures;
      while (!(await restart(Math.min(longestWaitMs, firstWaitMs * 2 ** failures++))));
    }
  };
  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      await running.stop();
      await watching;
    },
  };
}
