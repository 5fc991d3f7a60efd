import {
  auditExportKeptDays,
  type AuditExportInput,
  type AuditExportState,
} from '../../workflows/platform/audit-export.contract.js';
import { genesisHash } from '../shared/audit-hash.js';
import { statement, type Database } from '../shared/database.js';

export interface BegunExport {
  status: AuditExportState;
  /** With milliseconds, in UTC. */
  requestedAt: string;
  lastSeq: number;
  headHash: string;
  entriesObjectId: string;
  manifestObjectId: string;
  signatureObjectId: string;
}

/** An export that was kept for long enough, with all that was ever kept for it. */
export type ExpiredExport = AuditExportInput & { objectIds: string[] };

const columns = `e.status, to_char(e.requested_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "requestedAt",
  e.last_seq as "lastSeq", encode(e.head_hash, 'hex') as "headHash", e.entries_object_id as "entriesObjectId",
  e.manifest_object_id as "manifestObjectId", e.signature_object_id as "signatureObjectId"`;
const place = 'account_id = :accountId and export_id = :exportId';
const isExpired = `finished_at <= now() - make_interval(days => ${auditExportKeptDays})`;
const expired = statement(
  'auditExport.expired',
  `select e.account_id as "accountId", e.export_id as "exportId",
     array[e.entries_object_id, e.manifest_object_id, e.signature_object_id] as "objectIds"
   from platform.audit_exports e where e.${isExpired} order by e.finished_at limit $1`,
);

/** How far the writing of an export has come, and its removal. */
export function createAuditExportStore({ database }: { database: Database }) {
  const write = (of: AuditExportInput, change: string, values: Record<string, string | number>): Promise<void> =>
    database.inAccount(of.accountId, async (trx) => {
      await trx.raw(`update platform.audit_exports set ${change} where ${place} and status = 'RUNNING'`, {
        ...of,
        ...values,
      });
    });
  return {
    /** Says up to where the chain is copied: what its head was when this was first called. */
    begin: (of: AuditExportInput): Promise<BegunExport> =>
      database.inAccount(of.accountId, async (trx) => {
        await trx.raw(
          `update platform.audit_exports set last_seq = coalesce(h.seq, 0), head_hash = coalesce(h.hash, decode(:none, 'hex'))
           from (select 1) one left join platform.audit_heads h on h.account_id = :accountId
           where audit_exports.account_id = :accountId and export_id = :exportId and last_seq is null`,
          { ...of, none: genesisHash },
        );
        const { rows } = await trx.raw<{ rows: BegunExport[] }>(
          `select ${columns} from platform.audit_exports e where ${place}`,
          { ...of },
        );
        const [begun] = rows;
        if (!begun) throw new Error('there is no such export');
        return { ...begun, lastSeq: Number(begun.lastSeq) };
      }),

    /** Only ever more: an attempt that was given up and goes on does not take anything back. */
    progress: (of: AuditExportInput, done: number): Promise<void> =>
      write(of, 'entries_done = greatest(entries_done, :done)', { done }),
    finish: (of: AuditExportInput): Promise<void> => write(of, `status = 'DONE', finished_at = now()`, {}),
    fail: (of: AuditExportInput): Promise<void> => write(of, `status = 'FAILED', finished_at = now()`, {}),

    /** How many entries the whole copy has. */
    countOf: ({ accountId, exportId }: AuditExportInput): Promise<number> =>
      database.inAccount(accountId, async (trx) => {
        const { rows } = await trx.raw<{ rows: { done: number }[] }>(
          `select e.entries_done as done from platform.audit_exports e where ${place}`,
          { accountId, exportId },
        );
        return Number(rows[0]?.done ?? 0);
      }),

    /** Of every account, the oldest first. */
    expired: (limit: number): Promise<ExpiredExport[]> => database.read.inPlatform<ExpiredExport>(expired, [limit]),
    remove: (of: AuditExportInput): Promise<void> =>
      database.inAccount(of.accountId, async (trx) => {
        await trx.raw(`delete from platform.audit_exports where ${place} and ${isExpired}`, { ...of });
      }),
  };
}
export type AuditExportStore = ReturnType<typeof createAuditExportStore>;
