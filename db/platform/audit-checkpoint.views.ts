import type { Checkpoint, Head } from '../shared/audit-checkpoint.js';
import { statement, type Reader } from '../shared/database.js';

/** Quoted, so that no mapper renames them: a checkpoint has the same names in the database, on the wire and in an export. */
export const checkpointColumns = `c.number, c.day::text as day, c.chains, c.entries, encode(c.root, 'hex') as root,
  encode(c.prev_hash, 'hex') as "prev_hash", encode(c.hash, 'hex') as hash, c.kid, encode(c.signature, 'hex') as signature`;

/** A checkpoint as an account sees it: with the head of its own chain, where that had grown. */
export interface AccountCheckpoint extends Checkpoint {
  head: { seq: number; hash: string } | null;
}

const ofAccount = statement(
  'auditCheckpoint.ofAccount',
  `select ${checkpointColumns},
     case when h.seq is not null then json_build_object('seq', h.seq, 'hash', encode(h.hash, 'hex')) end as head
   from platform.audit_checkpoints c
   left join platform.audit_checkpoint_heads h on h.account_id = $1 and h.number = c.number
   where $2::bigint is null or c.number < $2 order by c.number desc limit $3`,
);
const headsOfAccount = statement(
  'auditCheckpoint.headsOfAccount',
  `select h.number, h.seq, encode(h.hash, 'hex') as hash from platform.audit_checkpoint_heads h
   where h.account_id = $1 order by h.number`,
);
const page = statement(
  'auditCheckpoint.page',
  `select ${checkpointColumns} from platform.audit_checkpoints c where c.number > $1 order by c.number limit $2`,
);
const headsPage = statement(
  'auditCheckpoint.headsPage',
  `select h.account_id, h.seq, encode(h.hash, 'hex') as hash from platform.audit_checkpoint_heads h
   where h.number = $1 and ($2::uuid is null or h.account_id > $2) order by h.account_id limit $3`,
);

export function createAuditCheckpointViews(read: Reader) {
  return {
    /** Newest first, from before a number. */
    ofAccount: (accountId: string, before: number | null, limit: number): Promise<AccountCheckpoint[]> =>
      read.inAccount<AccountCheckpoint>(accountId, ofAccount, [accountId, before, limit]),
    headsOfAccount: (accountId: string): Promise<(Omit<Head, 'account_id'> & { number: number })[]> =>
      read.inAccount(accountId, headsOfAccount, [accountId]),
    /** Oldest first, from after a number. */
    page: (after: number, limit: number): Promise<Checkpoint[]> => read.inPlatform<Checkpoint>(page, [after, limit]),
    headsPage: (number: number, after: string | null, limit: number): Promise<Head[]> =>
      read.inPlatform<Head>(headsPage, [number, after, limit]),
  };
}
export type AuditCheckpointViews = ReturnType<typeof createAuditCheckpointViews>;
