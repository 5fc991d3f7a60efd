import type { WitnessNote } from '../../audit/audit-witness.js';
import { bigInteger } from '../../connection/column.js';
import type { StatementScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { witnessNote } from './audit-witness.views.js';

const noteKeeping = query({
  name: 'auditWitness.note',
  parameters: witnessNote,
  text: `insert into platform.audit_witnesses (number, signed_at, is_whole, hash)
   values (:number, :signed_at, :is_whole, decode(:hash, 'hex'))
   on conflict (number) do nothing`,
});
const noteRemoval = query({
  name: 'auditWitness.forget',
  parameters: { before: bigInteger },
  text: 'delete from platform.audit_witnesses w where w.number < :before',
});

/**
 * Notes the witnesses signed into the object store, so that a lost witness is noticed; in the
 * platform's scope.
 */
export const auditWitnessStore = (scope: StatementScope) => ({
  /** The first note of a number stays. */
  async note(note: WitnessNote): Promise<void> {
    await scope.run(noteKeeping, note);
  },
  /** Forgets the notes before a number, except notes less than a week old. */
  async forget(before: number): Promise<void> {
    await scope.run(noteRemoval, { before });
  },
});
