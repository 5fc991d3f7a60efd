import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kinds, ownKinds, startCluster, type Cluster, type OwnKind } from './cluster.js';
import { freezeUnderLoad, missetUnderLoad } from './kills.js';
import { createLoad, type Load } from './load.js';
import { fakeClockLibrary } from './machine-clock.js';

const patience = 2_400_000;
/**
 * All clocks by FAULT_CLOCKS=all, a minute each; else the clocks that once lost something, for the
 * time until notice.
 */
const isWalkingAll = process.env['FAULT_CLOCKS'] === 'all';
const settings = ownKinds.flatMap((kind) =>
  [70, -70, 7_200, -7_200].map((seconds): [OwnKind, number] => [kind, seconds]),
);
const lossy: readonly [OwnKind, number][] = [['worker', -70]];
const forMs = isWalkingAll ? 60_000 : 8_000;

let cluster: Cluster;
let load: Load;
const log: string[] = [];
const say = (line: string) => void log.push(line);
beforeAll(async () => {
  cluster = await startCluster({ hasClocks: fakeClockLibrary !== undefined });
  load = await createLoad(cluster);
}, patience);
afterAll(() => cluster?.stop(), patience);

describe('one process in another time than the rest', () => {
  if (fakeClockLibrary === undefined)
    console.warn('left out without libfaketime: apt-get install libfaketime');
  const itWithClocks = fakeClockLibrary === undefined ? it.skip : it;

  itWithClocks(
    'loses nothing, doubles nothing, and leaves nothing stuck: ahead or behind',
    async () => {
      const chosen = isWalkingAll ? settings : lossy;
      const { breaches, promised } = await missetUnderLoad(cluster, load, {
        settings: chosen,
        forMs,
        say,
      });
      expect([breaches, log]).toEqual([[], log]);
      expect(promised.orders).toBeGreaterThan(0);
    },
    patience,
  );

  it(
    'loses nothing, doubles nothing, and leaves nothing stuck: standing still, and going on',
    async () => {
      const chosen = isWalkingAll ? kinds : (['relay'] as const);
      const { breaches, promised } = await freezeUnderLoad(cluster, load, {
        kinds: chosen,
        forMs,
        say,
      });
      expect([breaches, log]).toEqual([[], log]);
      expect(promised.messages).toBeGreaterThan(0);
    },
    patience,
  );
});
