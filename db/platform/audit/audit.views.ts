import type { Head } from '../../audit/audit-checkpoint.js';
import type { ChainedEntry } from '../../audit/audit-hash.js';
import type { ProvedEntry } from '../../audit/audit-proof.js';
import {
  bigInteger,
  integer,
  listOf,
  orNull,
  text,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { headColumns, headRow } from './audit-head.row.js';

/** A ChainedEntry: the same names in the database, on the wire and in an export. */
const entryRow = {
  account_id: uuid,
  seq: bigInteger,
  occurred_at: text,
  principal_id: orNull(uuid),
  action: text,
  subject_type: text,
  subject_id: orNull(text),
  ip: orNull(text),
  route: orNull(text),
  request_id: orNull(text),
  before_hash: orNull(text),
  after_hash: orNull(text),
  prev_hash: text,
  hash: text,
};
const columns = listOf(entryRow, 'l', {
  occurred_at: `to_char(l.occurred_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  before_hash: "encode(l.before_hash, 'hex')",
  after_hash: "encode(l.after_hash, 'hex')",
  prev_hash: "encode(l.prev_hash, 'hex')",
  hash: "encode(l.hash, 'hex')",
});

/** Filter on the entries of a chain; null matches anything. */
const entryFilter = {
  principalId: orNull(uuid),
  action: orNull(text),
  subjectType: orNull(text),
  subjectId: orNull(text),
};
export type AuditFilter = Values<typeof entryFilter>;

const newestEntries = query({
  name: 'audit.list',
  parameters: { accountId: uuid, before: orNull(bigInteger), ...entryFilter, limit: integer },
  row: entryRow,
  text: `select ${columns} from platform.audit_log l
   where l.account_id = :accountId and (:before is null or l.seq < :before)
     and (:principalId is null or l.principal_id = :principalId)
     and (:action is null or l.action = :action)
     and (:subjectType is null or l.subject_type = :subjectType)
     and (:subjectId is null or l.subject_id = :subjectId)
   order by l.seq desc limit :limit`,
});

/** The moment of an entry finds the partition. */
const place = { accountId: uuid, seq: bigInteger, at: timestamp, limit: integer };
const fromPlace = `from platform.audit_log l
   where l.account_id = :accountId and (l.seq, l.occurred_at) > (:seq, :at)
   order by l.seq, l.occurred_at limit :limit`;
const entryPage = query({
  name: 'audit.page',
  parameters: place,
  row: entryRow,
  text: `select ${columns} ${fromPlace}`,
});
const provedEntryPage = query({
  name: 'audit.provedPage',
  parameters: place,
  row: { ...entryRow, proof_id: orNull(uuid), proof: orNull(text) },
  text: `select ${columns}, l.proof_id, encode(l.proof, 'hex') as proof ${fromPlace}`,
});
const chainHead = query({
  name: 'audit.head',
  parameters: { accountId: uuid },
  row: headRow,
  text: `select ${headColumns}
   from platform.audit_heads h where h.account_id = :accountId`,
});

interface EntryPlace {
  seq: number;
  at: string;
}

/** The chain of an account, or of the platform. */
export const auditViews = (scope: ReadScope) => ({
  /** Newest first, from before a number. */
  list: (filter: AuditFilter, before: number | null, limit: number): Promise<ChainedEntry[]> =>
    scope.read(newestEntries, { ...filter, accountId: scope.accountId, before, limit }),

  /** Oldest first, from after an entry. */
  page: (after: EntryPlace, limit: number): Promise<ChainedEntry[]> =>
    scope.read(entryPage, { ...after, accountId: scope.accountId, limit }),

  /** A page of entries, each with the proof. */
  provedPage: (after: EntryPlace, limit: number): Promise<ProvedEntry[]> =>
    scope.read(provedEntryPage, { ...after, accountId: scope.accountId, limit }),

  async head(): Promise<Head | undefined> {
    const [head] = await scope.read(chainHead, { accountId: scope.accountId });
    return head;
  },
});

// A chain without a head is still known by the checkpoints, or as an account.
const chainPage = query({
  name: 'audit.chains',
  parameters: { after: orNull(uuid), limit: integer },
  row: { accountId: uuid },
  text: `
  select c.account_id from (
    select h.account_id from platform.audit_heads h
    union select h.account_id from platform.audit_checkpoint_heads h
    union select a.account_id from identity.accounts a) c
  where :after is null or c.account_id > :after order by c.account_id limit :limit`,
});

/** Of all chains, in the platform's scope. */
export const auditChainViews = (scope: ReadScope) => ({
  /** Accounts with a chain, from after an id. */
  async page(after: string | null, limit: number): Promise<string[]> {
    const chains = await scope.read(chainPage, { after, limit });
    return chains.map(({ accountId }) => accountId);
  },
});
