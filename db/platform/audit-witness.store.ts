import type { WitnessNote } from '../shared/audit-witness.js';
import { statement, type Database } from '../shared/database.js';

const note = statement(
  'auditWitness.note',
  `insert into platform.audit_witnesses (number, signed_at, is_whole, hash) values ($1, $2, $3, decode($4, 'hex'))
   on conflict (number) do nothing`,
);
const forget = statement('auditWitness.forget', 'delete from platform.audit_witnesses w where w.number < $1');

/** Remembers what was signed into the object store, so that it is missed when it is no longer there. */
export function createAuditWitnessStore({ database: { write } }: { database: Database }) {
  return {
    /** The first note of a number stays. */
    async note({ number, signed_at, is_whole, hash }: WitnessNote): Promise<void> {
      await write.inPlatform(note, [number, signed_at, is_whole, hash]);
    },
    /** Forgets those before a number, but for those that are not a week old. */
    async forget(before: number): Promise<void> {
      await write.inPlatform(forget, [before]);
    },
  };
}
export type AuditWitnessStore = ReturnType<typeof createAuditWitnessStore>;
