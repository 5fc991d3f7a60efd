import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kinds, ownKinds, startCluster, type Cluster, type OwnKind } from './cluster.js';
import { freezeUnderLoad, missetUnderLoad } from './kills.js';
import { createLoad, type Load } from './load.js';
import { fakeClockLibrary } from './machine-clock.js';
import { seededRandom } from './random.js';

const seed = Number(process.env['FAULT_SEED'] ?? randomInt(2 ** 31));
const patience = 900_000;
const random = seededRandom(seed);
const oneOf = <T>(all: readonly T[]): T[] => all.slice(Math.floor(random() * all.length)).slice(0, 1);

/** All of them by FAULT_CLOCKS=all, a minute each; else one, which the seed chooses, for as long as it takes to be noticed. */
const isWalkingAll = process.env['FAULT_CLOCKS'] === 'all';
const settings = ownKinds.flatMap((kind) =>
  [70, -70, 7_200, -7_200].map((seconds): [OwnKind, number] => [kind, seconds]),
);
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

describe(`one process in another time than the rest (FAULT_SEED=${seed})`, () => {
  if (fakeClockLibrary === undefined) console.warn('left out without libfaketime: apt-get install libfaketime');
  const itWithClocks = fakeClockLibrary === undefined ? it.skip : it;

  itWithClocks(
    'loses nothing, doubles nothing, and leaves nothing stuck: ahead or behind',
    async () => {
      const chosen = isWalkingAll ? settings : oneOf(settings);
      const { breaches, promised } = await missetUnderLoad(cluster, load, { settings: chosen, forMs, say });
      expect([breaches, log]).toEqual([[], log]);
      expect(promised.orders).toBeGreaterThan(0);
    },
    patience,
  );

  it(
    'loses nothing, doubles nothing, and leaves nothing stuck: standing still, and going on',
    async () => {
      const chosen = isWalkingAll ? kinds : oneOf(kinds);
      const { breaches, promised } = await freezeUnderLoad(cluster, load, { kinds: chosen, forMs, say });
      expect([breaches, log]).toEqual([[], log]);
      expect(promised.messages).toBeGreaterThan(0);
    },
    patience,
  );
});
