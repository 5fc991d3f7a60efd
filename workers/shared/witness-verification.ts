import type { JsonWebKey } from 'node:crypto';
import type { WitnessObjects } from '../../activities/shared/witness-objects.js';
import type { AuditWitnessViews } from '../../db/platform/audit-witness.views.js';
import type { Witness } from '../../db/shared/audit-chain.js';
import { witnessFault, type AuditWitness, type WitnessNote } from '../../db/shared/audit-witness.js';
import { databaseNow } from '../../db/shared/database-clock.js';

/** What the witnesses in the object store say of the chains. */
export interface WitnessedChains {
  of(accountId: string): readonly Witness[];
  /** Up to which entry of a chain a proof may be missing. */
  unprovedOf(accountId: string): number;
  accounts(): Iterable<string>;
}

export interface WitnessVerdict {
  witnesses: number;
  faults: string[];
  chains: WitnessedChains;
}

/** A witness in the order of all: by the name that it has in the object store, with what it follows. */
type Link = Pick<AuditWitness, 'number' | 'hash' | 'prev_hash' | 'is_whole'>;

/**
 * Reads all witnesses that the object store keeps, and says which of them is not what was signed, and which of those that the
 * database has noted is missing. A witness that is well signed is believed, also where others are missing.
 */
export async function verifyWitnesses(
  objects: WitnessObjects,
  views: Pick<AuditWitnessViews, 'notes'>,
  keys: readonly JsonWebKey[],
  now = new Date(databaseNow()),
): Promise<WitnessVerdict> {
  const publicKeys = new Map(keys.map((key) => [String(key['kid']), key]));
  const faults: string[] = [];
  const links: Link[] = [];
  const chains = createWitnessedChains(now);
  const notedBefore = await views.notes();
  for await (const { number, hash } of objects.list()) {
    const witness = await objects.read({ number, hash });
    // Removed meanwhile. One that should not have been is missed below.
    if (!witness) continue;
    links.push({ number, hash, prev_hash: witness.prev_hash, is_whole: witness.is_whole });
    const isOther = witness.number !== number || witness.hash !== hash;
    const because = isOther ? 'another is in its place' : witnessFault(witness, publicKeys);
    if (because === undefined) chains.learn(witness);
    else faults.push(`witness ${number}: ${because}`);
  }
  // What was noted before the look and still is must have been there; what is older than all notes is on its way out.
  const noted = await views.notes();
  const firstNumber = noted[0]?.number ?? 0;
  faults.push(...orderFaults(links.filter(({ number }) => number >= firstNumber)));
  const stillNoted = new Set(noted.map(({ number }) => number));
  faults.push(
    ...missingFaults(
      notedBefore.filter(({ number }) => stillNoted.has(number)),
      links,
    ),
  );
  return { witnesses: links.length, faults, chains };
}

/** Where a witness does not follow one of those before it, in the order of their numbers. */
function orderFaults(links: readonly Link[]): string[] {
  const hashes = new Map<number, Set<string>>();
  for (const { number, hash } of links) hashes.set(number, (hashes.get(number) ?? new Set()).add(hash));
  const oldest = links[0]?.number;
  return links.flatMap(({ number, prev_hash, is_whole }) => {
    if (number === oldest) return is_whole ? [] : [`witness ${number}: those before it are missing`];
    const before = hashes.get(number - 1);
    if (before?.has(prev_hash)) return [];
    return [`witness ${number}: ${before ? 'it follows another witness' : 'the one before it is missing'}`];
  });
}

/** One line, however many are missing: often it is the whole object store. */
function missingFaults(notes: readonly WitnessNote[], links: readonly Link[]): string[] {
  const stored = new Set(links.map(({ hash }) => hash));
  const missing = notes.filter(({ hash }) => !stored.has(hash)).map(({ number }) => number);
  if (missing.length === 0) return [];
  const [first, last] = [missing[0], missing.at(-1)];
  if (first === last) return [`witness ${first}: it is not in the object store`];
  return [`witnesses ${first} to ${last}: ${missing.length} are not in the object store`];
}

/** Learns witnesses in the order of their numbers. */
function createWitnessedChains(now: Date): WitnessedChains & { learn(witness: AuditWitness): void } {
  const heads = new Map<string, { known: Witness[]; unproved: number }>();
  // Without a witness nobody knows where proofs began.
  let isUnprovedFine = true;
  return {
    of: (accountId) => heads.get(accountId)?.known ?? [],
    // A chain that is newer than the newest witness has proofs from its beginning.
    unprovedOf: (accountId) => (isUnprovedFine ? Infinity : (heads.get(accountId)?.unproved ?? 0)),
    accounts: () => heads.keys(),
    learn({ number, unproved_until, heads: signed }) {
      isUnprovedFine = now <= new Date(unproved_until);
      for (const { account_id: accountId, seq, hash, unproved } of signed) {
        const chain = heads.get(accountId) ?? { known: [], unproved };
        heads.set(accountId, chain);
        chain.unproved = Math.max(chain.unproved, unproved);
        const last = chain.known.at(-1);
        if (last?.seq !== seq || last.hash !== hash) chain.known.push({ seq, hash, name: `witness ${number}` });
      }
    },
  };
}
