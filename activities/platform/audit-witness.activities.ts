import type { AuditKeyRecords } from '../../db/platform/audit-key.records.js';
import type { AuditWitnessStore } from '../../db/platform/audit-witness.store.js';
import type { AuditWitnessViews } from '../../db/platform/audit-witness.views.js';
import { firstWitnessFollows, signWitness, type WitnessNote } from '../../db/shared/audit-witness.js';
import { crashPoint } from '../../db/shared/crash-point.js';
import { databaseNow } from '../../db/shared/database-clock.js';
import type { ObjectStore } from '../shared/object-store.js';
import { compareHeads, emptyMemory, learn, learnFromStore } from '../shared/witness-memory.js';
import { createWitnessObjects } from '../shared/witness-objects.js';
import type { Task } from './maintenance.activities.js';

const dayMs = 86_400_000;
/** For so long after the first witness the version before may run beside this one, where it has run at all. */
const graceMs = dayMs;

export interface WitnessParts {
  store: ObjectStore;
  witnesses: AuditWitnessStore;
  views: AuditWitnessViews;
  keys: Pick<AuditKeyRecords, 'loadOrCreate'>;
  /** The chains are looked at after so much time or so many new entries, whichever comes first. */
  policy: { everyMs: number; everyEntries: number };
  now?: () => Date;
}

/**
 * Signs the heads of the chains that have grown into the object store, and those of all chains once a day. A run that was cut off
 * before the witness was stored has done nothing; what one has stored and not noted, the next notes. A run fails, and so is told
 * by the watchdog, while a chain has gone back or the newest witness is missing; it signs the others all the same.
 */
export function createWitnessTask({
  store,
  witnesses,
  views,
  keys,
  policy,
  now = () => new Date(databaseNow()),
}: WitnessParts): Task {
  const objects = createWitnessObjects(store);
  const memory = emptyMemory();
  let lookedAtMs = 0;
  let chainFaults: string[] = [];

  return async (progress) => {
    const missing = await recall();
    progress(memory.newest?.number ?? 0);
    const at = now();
    if (await isDue(at)) await signNext(at);
    const faults = missing === undefined ? chainFaults : [missing, ...chainFaults];
    if (faults.length > 0) throw new Error(faults.join('; '));
  };

  /** Learns what earlier runs have signed, also those of other processes. Answers what is wrong with the newest witness. */
  async function recall(): Promise<string | undefined> {
    const noted = await views.newest();
    if (memory.newest === undefined || isNewer(noted, memory.newest)) await learnFromStore(memory, objects);
    if (memory.newest && isNewer(memory.newest, noted)) await witnesses.note(memory.newest);
    if (noted && isNewer(noted, memory.newest))
      memory.newest = { ...noted, unproved_until: memory.newest?.unproved_until ?? noted.signed_at };
    if (memory.newest === undefined || (await objects.isThere(memory.newest))) return undefined;
    // The next one is whole; what was lost stays told by its note.
    if (memory.wholeAtMs !== undefined) memory.wholeAtMs = 0;
    return `witness ${memory.newest.number} is not in the object store any more`;
  }

  async function isDue(at: Date): Promise<boolean> {
    if (memory.newest === undefined) return true;
    const knownAtMs = Math.max(lookedAtMs, Date.parse(memory.newest.signed_at));
    if (at.getTime() - knownAtMs >= policy.everyMs) return true;
    return (await views.entries()) - memory.entries >= policy.everyEntries;
  }

  async function signNext(at: Date): Promise<void> {
    const { newest, wholeAtMs } = memory;
    // Not all chains are known: what is there may be older than all proofs.
    const isBeginning = wholeAtMs === undefined;
    const isGrace = newest !== undefined && at <= new Date(newest.unproved_until);
    const { grown, all, faults } = await compareHeads(memory, views.heads(), isBeginning || isGrace);
    chainFaults = faults;
    const is_whole = at.getTime() - (wholeAtMs ?? 0) >= dayMs;
    if (grown.length === 0 && !is_whole) {
      lookedAtMs = at.getTime();
      return;
    }
    const graceEnd = new Date(at.getTime() + (all.length > 0 ? graceMs : 0)).toISOString();
    const witness = signWitness(
      {
        number: (newest?.number ?? 0) + 1,
        signed_at: at.toISOString(),
        unproved_until: newest?.unproved_until ?? graceEnd,
        is_whole,
        heads: is_whole ? all : grown,
        prev_hash: newest?.hash ?? firstWitnessFollows,
      },
      await keys.loadOrCreate(),
    );
    await objects.keep(witness);
    learn(memory, witness);
    crashPoint('audit-witness.before-note');
    await witnesses.note(witness);
  }
}

const isNewer = (a: Pick<WitnessNote, 'number'> | undefined, b: Pick<WitnessNote, 'number'> | undefined): boolean =>
  (a?.number ?? 0) > (b?.number ?? 0);
