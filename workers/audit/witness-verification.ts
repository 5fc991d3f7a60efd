import type { JsonWebKey } from 'node:crypto';
import type { WitnessObjects } from '../../activities/shared/witness-objects.js';
import type { AuditWitnessViews } from '../../db/platform/audit/audit-witness.views.js';
import type { Witness } from '../../db/audit/audit-chain.js';
import { witnessFault, type AuditWitness, type WitnessNote } from '../../db/audit/audit-witness.js';
import { databaseNow } from '../../db/connection/database-clock.js';

/** The chains' heads by the witnesses in the object store. */
export interface WitnessedChains {
  witnessesOf(accountId: string): readonly Witness[];
  /** The last entry of a chain without need of a proof. */
  unprovedOf(accountId: string): number;
  accounts(): Iterable<string>;
}

interface WitnessVerdict {
  witnesses: number;
  faults: string[];
  chains: WitnessedChains;
}

/**
 * A witness in the order of all: by number and hash from the name of the object, with the hash of
 * the witness before.
 */
type Link = Pick<AuditWitness, 'number' | 'hash' | 'prev_hash' | 'is_whole'>;

/**
 * Reads all witnesses of the object store, and names the changed witnesses and the missing ones by
 * the notes in the database. A well signed witness is trusted, also where others are missing.
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
    // Removed meanwhile. A wrongly removed witness is found missing below.
    if (!witness) continue;
    links.push({ number, hash, prev_hash: witness.prev_hash, is_whole: witness.is_whole });
    const isOther = witness.number !== number || witness.hash !== hash;
    const because = isOther ? 'another is in its place' : witnessFault(witness, publicKeys);
    if (because === undefined) chains.learn(witness);
    else faults.push(`witness ${number}: ${because}`);
  }
  // A witness noted both before and after the walk must have been there; a witness older than all
  // notes is on the way out.
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

/** Faults where a witness does not follow an earlier witness, in the order of their numbers. */
function orderFaults(links: readonly Link[]): string[] {
  const hashes = new Map<number, Set<string>>();
  for (const { number, hash } of links)
    hashes.set(number, (hashes.get(number) ?? new Set()).add(hash));
  const oldest = links[0]?.number;
  return links.flatMap(({ number, prev_hash, is_whole }) => {
    if (number === oldest)
      return is_whole ? [] : [`witness ${number}: those before it are missing`];
    const before = hashes.get(number - 1);
    if (before?.has(prev_hash)) return [];
    return [
      `witness ${number}: ${before ? 'it follows another witness' : 'the one before it is missing'}`,
    ];
  });
}

/** One line, however many are missing: often the whole object store is missing. */
function missingFaults(notes: readonly WitnessNote[], links: readonly Link[]): string[] {
  const stored = new Set(links.map(({ hash }) => hash));
  const missing = notes.filter(({ hash }) => !stored.has(hash)).map(({ number }) => number);
  if (missing.length === 0) return [];
  const [first, last] = [missing[0], missing.at(-1)];
  if (first === last) return [`witness ${first}: it is not in the object store`];
  return [`witnesses ${first} to ${last}: ${missing.length} are not in the object store`];
}

/** Learns witnesses in the order of their numbers. */
function createWitnessedChains(
  now: Date,
): WitnessedChains & { learn(witness: AuditWitness): void } {
  const heads = new Map<string, { witnesses: Witness[]; unproved: number }>();
  // Without a witness nobody knows where proofs began.
  let isUnprovedFine = true;
  return {
    witnessesOf: (accountId) => heads.get(accountId)?.witnesses ?? [],
    // A chain begun after the newest witness has proofs from the beginning.
    unprovedOf: (accountId) => (isUnprovedFine ? Infinity : (heads.get(accountId)?.unproved ?? 0)),
    accounts: () => heads.keys(),
    learn({ number, unproved_until, heads: signed }) {
      isUnprovedFine = now <= new Date(unproved_until);
      for (const { account_id: accountId, seq, hash, unproved } of signed) {
        const chain = heads.get(accountId) ?? { witnesses: [], unproved };
        heads.set(accountId, chain);
        chain.unproved = Math.max(chain.unproved, unproved);
        const last = chain.witnesses.at(-1);
        if (last?.seq !== seq || last.hash !== hash)
          chain.witnesses.push({ seq, hash, name: `witness ${number}` });
      }
    },
  };
}
