import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { crashPoints } from '../../db/connection/crash-point.js';
import { kinds, startCluster, type Cluster, type OwnKind } from './cluster.js';
import { dieUnderLoad, killUnderLoad } from './kills.js';
import { createLoad, type Load } from './load.js';
import { seededRandom } from './random.js';

const seed = Number(process.env['FAULT_SEED'] ?? randomInt(2 ** 31));
const kills = Number(process.env['FAULT_KILLS'] ?? 1);
/** A busy machine takes several times as long for a start as an idle machine. */
const patience = 600_000 + kills * 60_000;

/** Each point where the load reaches the half-done work. */
const points: Record<OwnKind, string[]> = {
  api: [
    'transaction.before-commit:3',
    'transaction.after-commit:3',
    'api.before-update:3',
    'api.before-answer:20',
    'sso.before-link:2',
    'avatar.before-row:2',
  ],
  worker: [
    'object.before-row:1',
    'activity.before-answer:5',
    'transaction.after-commit:5',
    'otp.before-mark:1',
    'notice.before-mark:1',
    'invite.before-mark:1',
    'audit-witness.before-note:1',
    'signing-key.before-use:1',
  ],
  relay: ['relay.after-fan-out:3', 'relay.before-send:3', 'relay.before-mark:3'],
  gateway: ['gateway.before-puback:10', 'gateway.before-cursor:2'],
};

const random = seededRandom(seed);
const oneOf = <T>(all: readonly T[]): T[] =>
  all.slice(Math.floor(random() * all.length)).slice(0, 1);

/** All points by FAULT_POINTS=all, the named points by names with commas; else one by the seed. */
const wanted = process.env['FAULT_POINTS'];
const chosen = oneOf(Object.keys(points));
const pointsOf = (kind: string, all: readonly string[]): readonly string[] => {
  if (wanted === undefined) return chosen.includes(kind) ? oneOf(all) : [];
  const names = wanted.split(',');
  return wanted === 'all' ? all : all.filter((point) => names.includes(point.split(':')[0] ?? ''));
};
const walked = Object.fromEntries(
  Object.entries(points).map(([kind, all]) => [kind, pointsOf(kind, all)]),
) as Record<OwnKind, string[]>;

let cluster: Cluster;
let load: Load;
const log: string[] = [];
const say = (line: string) => void log.push(line);
beforeAll(async () => {
  cluster = await startCluster();
  load = await createLoad(cluster);
}, patience);
afterAll(() => cluster?.stop(), patience);

describe(`each process dying alone under load (FAULT_SEED=${seed} FAULT_KILLS=${kills})`, () => {
  it(
    'loses nothing, doubles nothing, and leaves nothing stuck: by kill -9 at any moment',
    async () => {
      const { breaches, promised } = await killUnderLoad(cluster, load, {
        kills,
        seed,
        kinds,
        say,
      });
      expect([breaches, log]).toEqual([[], log]);
      expect(promised.orders).toBeGreaterThanOrEqual(kills);
      expect(promised.messages).toBeGreaterThanOrEqual(kills);
    },
    patience,
  );

  it(
    'loses nothing, doubles nothing, and leaves nothing stuck: at crash points',
    async () => {
      const { breaches } = await dieUnderLoad(cluster, load, { points: walked, say });
      expect([breaches, log]).toEqual([[], log]);
    },
    patience,
  );

  it('knows where the load comes by every crash point that there is', () => {
    const known = Object.values(points).flatMap((each) => each.map((point) => point.split(':')[0]));
    expect(crashPoints.filter((point) => !known.includes(point))).toEqual([]);
  });
});
