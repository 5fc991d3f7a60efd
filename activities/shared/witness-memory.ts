import type { Head } from '../../db/audit/audit-checkpoint.js';
import type {
  AuditWitness,
  WitnessedHead,
  WitnessName,
  WitnessNote,
} from '../../db/audit/audit-witness.js';
import type { WitnessObjects } from './witness-objects.js';

/**
 * The witnessed heads of every chain. A process keeps the memory, so that nothing in the database
 * decides the comparison (docs/decisions/0009).
 */
interface WitnessMemory {
  newest: (WitnessNote & Pick<AuditWitness, 'unproved_until'>) | undefined;
  /**
   * When all chains were last signed; 0 to demand a new signing, undefined without a known whole
   * witness.
   */
  wholeAtMs: number | undefined;
  heads: Map<string, WitnessedHead>;
  /** In all chains together. */
  entries: number;
}

export const emptyMemory = (): WitnessMemory => ({
  newest: undefined,
  wholeAtMs: undefined,
  heads: new Map(),
  entries: 0,
});

export function learn(memory: WitnessMemory, { heads, ...witness }: AuditWitness): void {
  const { number, hash, signed_at, is_whole, unproved_until } = witness;
  memory.newest = { number, hash, signed_at, is_whole, unproved_until };
  if (is_whole) memory.wholeAtMs = Date.parse(signed_at);
  for (const head of heads) {
    const known = memory.heads.get(head.account_id)?.seq ?? 0;
    // Two witnesses of the same number may come in either order.
    if (head.seq < known) continue;
    memory.entries += head.seq - known;
    memory.heads.set(head.account_id, head);
  }
}

/**
 * Learns the witnesses in the object store after the newest known; with none known, from the newest
 * whole witness on.
 */
export async function learnFromStore(
  memory: WitnessMemory,
  objects: WitnessObjects,
): Promise<void> {
  const known = memory.newest?.number ?? 0;
  const names: WitnessName[] = [];
  for await (const name of objects.list()) if (name.number > known) names.push(name);
  const unknown: AuditWitness[] = [];
  for (const name of names.reverse()) {
    const witness = await objects.read(name);
    if (witness) unknown.unshift(witness);
    if (witness?.is_whole && known === 0) break;
  }
  for (const witness of unknown) learn(memory, witness);
}

interface Comparison {
  grown: WitnessedHead[];
  /** All heads: also chains not grown, and the known head of a chain gone back. */
  all: WitnessedHead[];
  /** Chains differing from the witnessed head. */
  faults: string[];
}

/**
 * Compares the chains' heads with the witnessed heads. `isUnprovedFine`: entries new to the witness
 * need no proof.
 */
export async function compareHeads(
  { heads: known }: WitnessMemory,
  heads: AsyncIterable<Head>,
  isUnprovedFine: boolean,
): Promise<Comparison> {
  const comparison: Comparison = { grown: [], all: [], faults: [] };
  const { grown, all, faults } = comparison;
  const missing = new Map(known);
  for await (const head of heads) {
    const last = known.get(head.account_id);
    missing.delete(head.account_id);
    if (last && (head.seq < last.seq || (head.seq === last.seq && head.hash !== last.hash))) {
      faults.push(`the chain of ${head.account_id} went back from entry ${last.seq}`);
      all.push(last);
    } else if (last?.seq === head.seq) {
      all.push(last);
    } else {
      const next = { ...head, unproved: isUnprovedFine ? head.seq : (last?.unproved ?? 0) };
      grown.push(next);
      all.push(next);
    }
  }
  for (const last of missing.values()) {
    faults.push(`the chain of ${last.account_id} is gone`);
    all.push(last);
  }
  return comparison;
}
