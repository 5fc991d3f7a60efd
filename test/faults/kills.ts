import { roleScope } from '../../db/connection/database.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBreaches } from '../../workers/invariants/check.js';
import { eventually } from '../support/timing/eventually.js';
import { ownKinds, type Cluster, type Kind, type OwnKind } from './cluster.js';
import type { Load } from './load.js';
import { seededRandom } from './random.js';

/** After the last death, nothing may be stuck for longer. */
const settledWithinMs = 60_000;
const lookEveryMs = 1_000;
const goingWithinMs = 60_000;
/** The load reaches a reachable point in this time, also where the death must first be noticed. */
const reachedWithinMs = 180_000;

interface Verdict {
  breaches: string[];
  /** Number of promises, to see that there was a load. */
  promised: { orders: number; messages: number; registrations: number };
}

/** Kills one process after the other under load, at moments and in an order by the seed. */
export async function killUnderLoad(
  cluster: Cluster,
  load: Load,
  {
    kills,
    seed,
    kinds,
    say,
  }: { kills: number; seed: number; kinds: readonly Kind[]; say: (line: string) => void },
): Promise<Verdict> {
  const random = seededRandom(seed);
  return underLoad(cluster, load, async () => {
    let turn: Kind[] = [];
    for (let killed = 1; killed <= kills; killed += 1) {
      // Each kind comes round before any comes again.
      if (turn.length === 0) turn = [...kinds];
      const [kind] = turn.splice(Math.floor(random() * turn.length), 1);
      if (!kind) throw new Error('nothing to kill');
      await sleep(300 + random() * 2_000);
      const startedAt = Date.now();
      await cluster.kill(kind);
      say(`${killed}/${kills} ${kind}, back after ${Date.now() - startedAt} ms`);
    }
  });
}

/** Gives each process in turn another time of day than the rest, for a while under load. */
export async function missetUnderLoad(
  cluster: Cluster,
  load: Load,
  {
    settings,
    forMs,
    say,
  }: { settings: readonly [OwnKind, number][]; forMs: number; say: (line: string) => void },
): Promise<Verdict> {
  return underLoad(cluster, load, async () => {
    for (const [kind, seconds] of settings) {
      await cluster.setClock(kind, seconds);
      await sleep(forMs);
      await cluster.setClock(kind, 0);
      say(`${kind} was ${seconds} s ahead`);
    }
  });
}

/** Stops each process in turn in place, under load, and continues each. */
export async function freezeUnderLoad(
  cluster: Cluster,
  load: Load,
  { kinds, forMs, say }: { kinds: readonly Kind[]; forMs: number; say: (line: string) => void },
): Promise<Verdict> {
  return underLoad(cluster, load, async () => {
    for (const kind of kinds) {
      await cluster.freeze(kind, forMs);
      say(`${kind} stood still`);
    }
  });
}

/**
 * Lets processes die at named points under load: processes of one kind one after the other, the
 * kinds side by side.
 */
export async function dieUnderLoad(
  cluster: Cluster,
  load: Load,
  {
    points,
    say,
  }: { points: Readonly<Record<OwnKind, readonly string[]>>; say: (line: string) => void },
): Promise<Verdict> {
  const walk = async (kind: OwnKind) => {
    for (const point of points[kind]) {
      await cluster.dieAt(kind, point, reachedWithinMs);
      say(`${kind} died at ${point}`);
    }
  };
  return underLoad(cluster, load, async () => {
    await Promise.all(ownKinds.map(walk));
  });
}

async function underLoad(
  cluster: Cluster,
  load: Load,
  work: () => Promise<void>,
): Promise<Verdict> {
  const { orders: placed } = load.acknowledged;
  const placedBefore = placed.size;
  load.begin();
  try {
    // A death before the first promise can break no promise.
    await eventually(() => {
      if (placed.size === placedBefore) throw new Error('no order was placed');
    }, goingWithinMs);
    await work();
  } finally {
    await load.end();
  }
  const { orders, messages, emails } = load.acknowledged;
  const breaches = [
    ...(await lastingBreaches(cluster, load)),
    ...load.oddAnswers.map((odd) => `answered ${odd}`),
  ];
  const count = [...messages.values()].reduce((sum, seqs) => sum + seqs.size, 0);
  return {
    breaches,
    promised: { orders: orders.size, messages: count, registrations: emails.length },
  };
}

/** Breaches that last beyond the time; work under way ends before. */
async function lastingBreaches(
  { admin, database, temporal }: Cluster,
  { acknowledged }: Load,
): Promise<string[]> {
  for (const until = Date.now() + settledWithinMs; ; await sleep(lookEveryMs)) {
    const breaches = await findBreaches({
      admin: roleScope(admin),
      database,
      temporal,
      acknowledged,
    });
    if (breaches.length === 0 || Date.now() > until) return breaches;
  }
}
