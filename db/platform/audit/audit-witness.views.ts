import type { Head } from '../../audit/audit-checkpoint.js';
import type { WitnessNote } from '../../audit/audit-witness.js';
import {
  bigInteger,
  boolean,
  integer,
  listOf,
  text,
  timestamp,
  uuid,
} from '../../connection/column.js';
import { platformAccountId, type ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { headColumns, headRow } from './audit-head.row.js';

const pageSize = 5_000;

/** A WitnessNote, with the hash in hex. */
export const witnessNote = {
  number: bigInteger,
  hash: text,
  signed_at: timestamp,
  is_whole: boolean,
};
const columns = listOf(witnessNote, 'w', { hash: "encode(w.hash, 'hex')" });
const notes = query({
  name: 'auditWitness.notes',
  row: witnessNote,
  text: `select ${columns} from platform.audit_witnesses w order by w.number`,
});
const newestNote = query({
  name: 'auditWitness.newest',
  row: witnessNote,
  text: `select ${columns} from platform.audit_witnesses w order by w.number desc limit 1`,
});
const entryCount = query({
  name: 'auditWitness.entries',
  row: { entries: bigInteger },
  text: 'select coalesce(sum(h.seq), 0)::bigint as entries from platform.audit_heads h',
});
const headPage = query({
  name: 'auditWitness.heads',
  parameters: { from: uuid, limit: integer },
  row: headRow,
  text: `select ${headColumns} from platform.audit_heads h
   where h.account_id >= :from order by h.account_id limit :limit`,
});

/** Notes of signed witnesses, and the heads to be signed, in the platform's scope. */
export const auditWitnessViews = (scope: ReadScope) => ({
  /** Oldest first. */
  notes: (): Promise<WitnessNote[]> => scope.read(notes, {}),

  async newest(): Promise<WitnessNote | undefined> {
    const [newest] = await scope.read(newestNote, {});
    return newest;
  },

  /** How many entries all chains have together. */
  async entries(): Promise<number> {
    const [count] = await scope.read(entryCount, {});
    return count?.entries ?? 0;
  },

  /** Of all chains, by account. */
  async *heads(): AsyncGenerator<Head> {
    // No id is smaller than the platform's. A page begins with the last of the one before: "or
    // null" would read all from the first.
    for (let from = platformAccountId, known = 0; ; known = 1) {
      const page: Head[] = await scope.read(headPage, { from, limit: pageSize });
      yield* page.slice(known);
      const last = page.at(-1);
      if (!last || page.length < pageSize) return;
      from = last.account_id;
    }
  },
});
export type AuditWitnessViews = ReturnType<typeof auditWitnessViews>;
