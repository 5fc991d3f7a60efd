import {
  auditExportKeptDays,
  type AuditExportState,
} from '../../../workflows/platform/audit-export.contract.js';
import { genesisHash } from '../../audit/audit-hash.js';
import { bigInteger, text, textOf, uuid, type Values } from '../../connection/column.js';
import type { StatementScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const begunExport = {
  status: textOf<AuditExportState>(),
  /** With milliseconds, in UTC. */
  requestedAt: text,
  lastSeq: bigInteger,
  headHash: text,
  entriesObjectId: uuid,
  manifestObjectId: uuid,
  signatureObjectId: uuid,
};
type BegunExport = Values<typeof begunExport>;

const place = { accountId: uuid, exportId: uuid };
const isPlace = 'e.account_id = :accountId and e.export_id = :exportId';
const isRunning = `${isPlace} and e.status = 'RUNNING'`;

const headNote = query({
  name: 'auditExport.noteHead',
  parameters: { ...place, none: text },
  text: `
  update platform.audit_exports e
  set last_seq = coalesce(h.seq, 0), head_hash = coalesce(h.hash, decode(:none, 'hex'))
  from (select 1) one left join platform.audit_heads h on h.account_id = :accountId
  where ${isPlace} and e.last_seq is null`,
});
const beginning = query({
  name: 'auditExport.begun',
  parameters: place,
  row: begunExport,
  text: `
  select e.status,
    to_char(e.requested_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as requested_at,
    e.last_seq, encode(e.head_hash, 'hex') as head_hash, e.entries_object_id,
    e.manifest_object_id, e.signature_object_id
  from platform.audit_exports e where ${isPlace}`,
});
const progressNote = query({
  name: 'auditExport.progress',
  parameters: { ...place, done: bigInteger },
  text: `update platform.audit_exports e set entries_done = greatest(e.entries_done, :done)
   where ${isRunning}`,
});
const completion = query({
  name: 'auditExport.finish',
  parameters: place,
  text: `update platform.audit_exports e set status = 'DONE', finished_at = now()
   where ${isRunning}`,
});
const abandonment = query({
  name: 'auditExport.fail',
  parameters: place,
  text: `update platform.audit_exports e set status = 'FAILED', finished_at = now()
   where ${isRunning}`,
});
const entryCount = query({
  name: 'auditExport.countOf',
  parameters: place,
  row: { done: bigInteger },
  text: `select e.entries_done as done from platform.audit_exports e where ${isPlace}`,
});
const removal = query({
  name: 'auditExport.remove',
  parameters: place,
  text: `delete from platform.audit_exports e
   where ${isPlace} and e.finished_at <= now() - make_interval(days => ${auditExportKeptDays})`,
});

/** Progress of an account's export, and the export's removal. */
export function auditExportStore(scope: StatementScope) {
  const placeOf = (exportId: string) => ({ accountId: scope.accountId, exportId });
  return {
    /** Returns the end of the copied part of the chain: the chain's head at the first call. */
    async begin(exportId: string): Promise<BegunExport> {
      await scope.run(headNote, { ...placeOf(exportId), none: genesisHash });
      const [begun] = await scope.run(beginning, placeOf(exportId));
      if (!begun) throw new Error('there is no such export');
      return begun;
    },

    /** Progress only grows: an abandoned attempt that still runs takes nothing back. */
    async progress(exportId: string, done: number): Promise<void> {
      await scope.run(progressNote, { ...placeOf(exportId), done });
    },
    async finish(exportId: string): Promise<void> {
      await scope.run(completion, placeOf(exportId));
    },
    async fail(exportId: string): Promise<void> {
      await scope.run(abandonment, placeOf(exportId));
    },

    /** How many entries the whole copy has. */
    async countOf(exportId: string): Promise<number> {
      const [counted] = await scope.read(entryCount, placeOf(exportId));
      return counted?.done ?? 0;
    },

    async remove(exportId: string): Promise<void> {
      await scope.run(removal, placeOf(exportId));
    },
  };
}
