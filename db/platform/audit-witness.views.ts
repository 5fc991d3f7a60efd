import type { Head } from '../shared/audit-checkpoint.js';
import type { WitnessNote } from '../shared/audit-witness.js';
import { platformAccountId, statement, type Reader } from '../shared/database.js';

const pageSize = 5_000;

const noteColumns = `w.number, encode(w.hash, 'hex') as hash, w.signed_at, w.is_whole`;
const notes = statement(
  'auditWitness.notes',
  `select ${noteColumns} from platform.audit_witnesses w order by w.number`,
);
const newest = statement(
  'auditWitness.newest',
  `select ${noteColumns} from platform.audit_witnesses w order by w.number desc limit 1`,
);
const entries = statement(
  'auditWitness.entries',
  'select coalesce(sum(h.seq), 0)::bigint as entries from platform.audit_heads h',
);
const heads = statement(
  'auditWitness.heads',
  `select h.account_id, h.seq, encode(h.hash, 'hex') as hash from platform.audit_heads h
   where h.account_id >= $1 order by h.account_id limit $2`,
);

/** The notes of what was signed, and the heads that are to be. */
export function createAuditWitnessViews(read: Reader) {
  return {
    /** Oldest first. */
    notes: (): Promise<WitnessNote[]> => read.inPlatform<WitnessNote>(notes, []),
    async newest(): Promise<WitnessNote | undefined> {
      return (await read.inPlatform<WitnessNote>(newest, []))[0];
    },
    /** How many entries all chains have together. */
    async entries(): Promise<number> {
      return (await read.inPlatform<{ entries: number }>(entries, []))[0]?.entries ?? 0;
    },
    /** Of all chains, by account. */
    async *heads(): AsyncGenerator<Head> {
      // No id is smaller than the platform's. A page begins with the last of the one before: "or null" would read all from the first.
      for (let from = platformAccountId, known = 0; ; known = 1) {
        const page = await read.inPlatform<Head>(heads, [from, pageSize]);
        yield* page.slice(known);
        const last = page.at(-1);
        if (!last || page.length < pageSize) return;
        from = last.account_id;
      }
    },
  };
}
export type AuditWitnessViews = ReturnType<typeof createAuditWitnessViews>;
