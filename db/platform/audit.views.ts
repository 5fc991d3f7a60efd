import type { ChainedEntry } from '../shared/audit-hash.js';
import type { ProvedEntry } from '../shared/audit-proof.js';
import type { Head } from '../shared/audit-checkpoint.js';
import { statement, type Reader } from '../shared/database.js';

const columns = `l.account_id, l.seq, to_char(l.occurred_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as occurred_at, l.principal_id,
  l.action, l.subject_type, l.subject_id, l.ip, l.route, l.request_id, encode(l.before_hash, 'hex') as before_hash,
  encode(l.after_hash, 'hex') as after_hash, encode(l.prev_hash, 'hex') as prev_hash, encode(l.hash, 'hex') as hash`;

/** What of a chain is asked for; null is anything. */
export interface AuditFilter {
  principalId: string | null;
  action: string | null;
  subjectType: string | null;
  subjectId: string | null;
}

const list = statement(
  'audit.list',
  `select ${columns} from platform.audit_log l
   where l.account_id = $1 and ($2::bigint is null or l.seq < $2) and ($3::uuid is null or l.principal_id = $3)
     and ($4::text is null or l.action = $4) and ($5::text is null or l.subject_type = $5)
     and ($6::text is null or l.subject_id = $6)
   order by l.seq desc limit $7`,
);
const page = statement(
  'audit.page',
  `select ${columns} from platform.audit_log l where l.account_id = $1 and (l.seq, l.occurred_at) > ($2, $3::timestamptz)
   order by l.seq, l.occurred_at limit $4`,
);
const provedPage = statement(
  'audit.provedPage',
  `select ${columns}, l.proof_id, encode(l.proof, 'hex') as proof from platform.audit_log l
   where l.account_id = $1 and (l.seq, l.occurred_at) > ($2, $3::timestamptz) order by l.seq, l.occurred_at limit $4`,
);
const head = statement(
  'audit.head',
  `select h.account_id, h.seq, encode(h.hash, 'hex') as hash from platform.audit_heads h where h.account_id = $1`,
);
// A chain whose head was taken away is still known by its checkpoints, or as an account.
const chains = statement(
  'audit.chains',
  `select k.account_id from (select h.account_id from platform.audit_heads h
     union select c.account_id from platform.audit_checkpoint_heads c union select a.account_id from identity.accounts a) k
   where $1::uuid is null or k.account_id > $1 order by k.account_id limit $2`,
);

export function createAuditViews(read: Reader) {
  return {
    /** Newest first, from before a number. */
    list: (accountId: string, filter: AuditFilter, before: number | null, limit: number): Promise<ChainedEntry[]> => {
      const { principalId, action, subjectType, subjectId } = filter;
      const values = [accountId, before, principalId, action, subjectType, subjectId, limit];
      return read.inAccount<ChainedEntry>(accountId, list, values);
    },
    /** Oldest first, from after an entry. */
    page: (accountId: string, after: { seq: number; at: string }, limit: number): Promise<ChainedEntry[]> =>
      read.inAccount<ChainedEntry>(accountId, page, [accountId, after.seq, after.at, limit]),
    /** The same, each entry with its proof. */
    provedPage: (accountId: string, after: { seq: number; at: string }, limit: number): Promise<ProvedEntry[]> =>
      read.inAccount<ProvedEntry>(accountId, provedPage, [accountId, after.seq, after.at, limit]),
    async head(accountId: string): Promise<Head | undefined> {
      return (await read.inAccount<Head>(accountId, head, [accountId]))[0];
    },
    async chains(after: string | null, limit: number): Promise<string[]> {
      const rows = await read.inPlatform<{ account_id: string }>(chains, [after, limit]);
      return rows.map(({ account_id }) => account_id);
    },
  };
}
export type AuditViews = ReturnType<typeof createAuditViews>;
