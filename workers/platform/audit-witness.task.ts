import type { AuditKeyRecords } from '../../db/platform/audit/audit-key.records.js';
import { auditWitnessStore } from '../../db/platform/audit/audit-witness.store.js';
import { auditWitnessViews } from '../../db/platform/audit/audit-witness.views.js';
import {
  firstWitnessFollows,
  signWitness,
  type WitnessNote,
} from '../../db/audit/audit-witness.js';
import { crashPoint } from '../../db/connection/crash-point.js';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import { databaseNow } from '../../db/connection/database-clock.js';
import type { ObjectStore } from '../../activities/shared/object-store.js';
import {
  compareHeads,
  emptyMemory,
  learn,
  learnFromStore,
} from '../../activities/shared/witness-memory.js';
import { createWitnessObjects } from '../../activities/shared/witness-objects.js';
import type { Task } from '../../activities/platform/maintenance.activities.js';
import { openAuditKeys } from '../audit/audit-keys.js';
import { openObjectStore } from '../process/object-store.js';
import type { TaskParts } from '../shared/domain.js';

const dayMs = 86_400_000;
/**
 * For so long after the first witness the version before may run beside the new version, where the
 * version before has run at all.
 */
const graceMs = dayMs;

interface WitnessParts {
  store: ObjectStore;
  database: Pick<Database, 'reads' | 'statements'>;
  keys: AuditKeyRecords;
  /** The chains are looked at after so much time or so many new entries, whichever comes first. */
  policy: { everyMs: number; everyEntries: number };
  now?: () => Date;
}

/** The task as configured. */
export function openWitnessTask({ resources }: TaskParts): Task {
  const { config, database } = resources;
  return createWitnessTask({
    store: openObjectStore(config),
    database,
    keys: openAuditKeys(resources),
    policy: { everyMs: config.AUDIT_WITNESS_MS, everyEntries: config.AUDIT_WITNESS_ENTRIES },
  });
}

/**
 * Signs the heads of grown chains into the object store, and the heads of all chains once a day. A
 * run cut off before the witness was stored has done nothing; a witness stored and not noted is
 * noted by the next run. A run fails, and so is reported by the watchdog, while a chain has gone
 * back or the newest witness is missing; the run signs the other chains all the same.
 */
export function createWitnessTask({
  store,
  database,
  keys,
  policy,
  now = () => new Date(databaseNow()),
}: WitnessParts): Task {
  const platform = { accountId: platformAccountId };
  const witnesses = auditWitnessStore(database.statements(platform));
  const views = auditWitnessViews(database.reads(platform));
  const objects = createWitnessObjects(store);
  const memory = emptyMemory();
  let lookedAtMs = 0;
  let chainFaults: string[] = [];

  return async (progress) => {
    const missing = await recall();
    progress(memory.newest?.number ?? 0);
    const moment = now();
    if (await isDue(moment)) await signNext(moment);
    const faults = missing === undefined ? chainFaults : [missing, ...chainFaults];
    if (faults.length > 0) throw new Error(faults.join('; '));
  };

  /**
   * Learns the witnesses of earlier runs, also of other processes. Answers the fault of the newest
   * witness.
   */
  async function recall(): Promise<string | undefined> {
    const noted = await views.newest();
    if (memory.newest === undefined || isNewer(noted, memory.newest))
      await learnFromStore(memory, objects);
    if (memory.newest && isNewer(memory.newest, noted)) await witnesses.note(memory.newest);
    if (noted && isNewer(noted, memory.newest))
      memory.newest = {
        ...noted,
        unproved_until: memory.newest?.unproved_until ?? noted.signed_at,
      };
    if (memory.newest === undefined || (await objects.isThere(memory.newest))) return undefined;
    // The next witness is whole; the note goes on reporting the lost witness.
    if (memory.wholeAtMs !== undefined) memory.wholeAtMs = 0;
    return `witness ${memory.newest.number} is not in the object store any more`;
  }

  async function isDue(moment: Date): Promise<boolean> {
    if (memory.newest === undefined) return true;
    const knownAtMs = Math.max(lookedAtMs, Date.parse(memory.newest.signed_at));
    if (moment.getTime() - knownAtMs >= policy.everyMs) return true;
    return (await views.entries()) - memory.entries >= policy.everyEntries;
  }

  async function signNext(moment: Date): Promise<void> {
    const { newest, wholeAtMs } = memory;
    // Not all chains are known: existing entries may be older than all proofs.
    const isBeginning = wholeAtMs === undefined;
    const isGrace = newest !== undefined && moment <= new Date(newest.unproved_until);
    const { grown, all, faults } = await compareHeads(
      memory,
      views.heads(),
      isBeginning || isGrace,
    );
    chainFaults = faults;
    const is_whole = moment.getTime() - (wholeAtMs ?? 0) >= dayMs;
    if (grown.length === 0 && !is_whole) {
      lookedAtMs = moment.getTime();
      return;
    }
    const graceEnd = new Date(moment.getTime() + (all.length > 0 ? graceMs : 0)).toISOString();
    const witness = signWitness(
      {
        number: (newest?.number ?? 0) + 1,
        signed_at: moment.toISOString(),
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

const isNewer = (
  a: Pick<WitnessNote, 'number'> | undefined,
  b: Pick<WitnessNote, 'number'> | undefined,
): boolean => (a?.number ?? 0) > (b?.number ?? 0);
