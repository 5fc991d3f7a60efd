import type { Checkpoint, Head } from '../../audit/audit-checkpoint.js';
import {
  bigInteger,
  builtJson,
  integer,
  orNull,
  text,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { checkpointColumns, checkpointRow } from './audit-checkpoint.row.js';
import { headColumns, headRow } from './audit-head.row.js';

const accountCheckpoint = {
  ...checkpointRow,
  /** Of the account's chain, if the chain had grown. */
  head: orNull(builtJson<{ seq: number; hash: string }>()),
};
type AccountCheckpoint = Values<typeof accountCheckpoint>;

const accountCheckpoints = query({
  name: 'auditCheckpoint.ofAccount',
  parameters: { accountId: uuid, before: orNull(bigInteger), limit: integer },
  row: accountCheckpoint,
  text: `select ${checkpointColumns},
     case when h.seq is not null
       then json_build_object('seq', h.seq, 'hash', encode(h.hash, 'hex')) end as head
   from platform.audit_checkpoints c
   left join platform.audit_checkpoint_heads h
     on h.account_id = :accountId and h.number = c.number
   where :before is null or c.number < :before order by c.number desc limit :limit`,
});
const signedHead = { number: bigInteger, seq: bigInteger, hash: text };
type SignedHead = Values<typeof signedHead>;
const accountHeads = query({
  name: 'auditCheckpoint.headsOfAccount',
  parameters: { accountId: uuid },
  row: signedHead,
  text: `select h.number, h.seq, encode(h.hash, 'hex') as hash
   from platform.audit_checkpoint_heads h where h.account_id = :accountId order by h.number`,
});

/** Checkpoints as an account sees them. */
export const accountCheckpointViews = (scope: ReadScope) => ({
  /** Newest first, from before a number. */
  page: (before: number | null, limit: number): Promise<AccountCheckpoint[]> =>
    scope.read(accountCheckpoints, { accountId: scope.accountId, before, limit }),

  /** The signed heads of the account's chain, oldest first. */
  heads: (): Promise<SignedHead[]> => scope.read(accountHeads, { accountId: scope.accountId }),
});

const checkpointPage = query({
  name: 'auditCheckpoint.page',
  parameters: { after: bigInteger, limit: integer },
  row: checkpointRow,
  text: `select ${checkpointColumns} from platform.audit_checkpoints c
   where c.number > :after order by c.number limit :limit`,
});
const headPage = query({
  name: 'auditCheckpoint.headsPage',
  parameters: { number: bigInteger, after: orNull(uuid), limit: integer },
  row: headRow,
  text: `select ${headColumns}
   from platform.audit_checkpoint_heads h
   where h.number = :number and (:after is null or h.account_id > :after)
   order by h.account_id limit :limit`,
});

/** All checkpoints, in the platform's scope. */
export const auditCheckpointViews = (scope: ReadScope) => ({
  /** Oldest first, from after a number. */
  page: (after: number, limit: number): Promise<Checkpoint[]> =>
    scope.read(checkpointPage, { after, limit }),

  /** The heads that a checkpoint signs, by account, from after an id. */
  headsPage: (number: number, after: string | null, limit: number): Promise<Head[]> =>
    scope.read(headPage, { number, after, limit }),
});
