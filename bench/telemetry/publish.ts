import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchDevice } from './devices.js';

interface Load {
  port: number;
  devices: readonly BenchDevice[];
  /** In all, spread evenly over the devices. */
  messages: number;
  /** Unanswered messages a connection. */
  window?: number;
  /** Evenly paced, not as fast as acknowledged. */
  ratePerSecond?: number;
  firstSeq?: number;
  /** Distances to the water in turn, each for so many messages of a device. */
  distancesMm?: readonly number[];
  changeEvery?: number;
}

interface LoadResult {
  seconds: number;
  acknowledged: number;
  failed: number;
  cpuSeconds: number;
}

const run = promisify(execFile);
const publisher = fileURLToPath(new URL('publisher.mjs', import.meta.url));

/** Publishes from a separate process; resolves when every message is acknowledged. */
export async function publish(load: Load): Promise<LoadResult> {
  const { stdout } = await run(
    process.execPath,
    [publisher, JSON.stringify({ window: 20, ...load })],
    {
      maxBuffer: 2 ** 20,
    },
  );
  const result = JSON.parse(stdout) as LoadResult;
  if (result.failed > 0) throw new Error(`${result.failed} messages were not acknowledged`);
  return result;
}
