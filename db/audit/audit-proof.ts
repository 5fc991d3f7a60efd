import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ChainedEntry } from './audit-hash.js';
import { newId } from '../shared/id.js';

const provedFields = [
  'account_id',
  'principal_id',
  'action',
  'subject_type',
  'subject_id',
  'ip',
  'route',
  'request_id',
] as const;

/**
 * Content of an entry as known to the appending process; the database adds number, time and
 * digests.
 */
type ProvedContent = Pick<ChainedEntry, (typeof provedFields)[number]>;
export interface ProvedEntry extends ChainedEntry {
  proof_id: string | null;
  /** Hex. */
  proof: string | null;
}
interface AuditProof {
  /** A UUID v7: never used twice, and made when the entry was. */
  id: string;
  proof: Buffer;
}

/**
 * Proves that a process with the key asked for an entry: HMAC-SHA256 of `millrace.audit.proof.1`,
 * the fields and the proof's id, joined by line breaks, under a key unknown to the database. The
 * database alone is not enough to make an entry with a proof.
 */
export function proveEntry(content: ProvedContent, key: string): AuditProof {
  const id = newId();
  return { id, proof: proofOf(content, id, key) };
}

/**
 * How far the clocks of process and database may be apart, with the longest wait for a chain
 * between.
 */
const toleranceMs = 600_000;

/**
 * Checks the entries of one chain in order; each answer is the reason why no process with the key
 * can have asked for the entry. Up to the number `unproved` an entry may lack a proof. A proof
 * counts once: ids of proofs are remembered for as long as a repeat is possible.
 */
export function createProofCheck(
  key: string,
  unproved: number,
): (entry: ProvedEntry) => string | undefined {
  const recentIds = new Map<string, number>();
  return (entry) => {
    const { proof_id: id, proof, seq } = entry;
    if (id === null || proof === null) return seq > unproved ? 'it has no proof' : undefined;
    const expected = proofOf(entry, id, key);
    const given = Buffer.from(proof, 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      return 'its proof is of something else';
    const occurredAt = Date.parse(entry.occurred_at);
    if (Math.abs(timeOf(id) - occurredAt) > toleranceMs)
      return 'its proof was made at another time';
    if (recentIds.has(id)) return 'its proof is that of an earlier entry';
    for (const [recentId, at] of recentIds) {
      if (at > occurredAt - 2 * toleranceMs) break;
      recentIds.delete(recentId);
    }
    recentIds.set(id, occurredAt);
    return undefined;
  };
}

/** When a UUID v7 was made. */
const timeOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/** Ids in PostgreSQL's spelling, whatever the case of the input. */
const proofOf = (
  { account_id, principal_id, ...content }: ProvedContent,
  id: string,
  key: string,
): Buffer => {
  const written = {
    ...content,
    account_id: account_id.toLowerCase(),
    principal_id: principal_id?.toLowerCase(),
  };
  return createHmac('sha256', key)
    .update(
      ['millrace.audit.proof.1', ...provedFields.map((field) => written[field] ?? ''), id].join(
        '\n',
      ),
    )
    .digest();
};
