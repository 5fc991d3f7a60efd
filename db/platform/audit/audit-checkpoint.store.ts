import {
  firstCheckpointFollows,
  nextDay,
  signCheckpoint,
  type Checkpoint,
  type CheckpointContent,
} from '../../audit/audit-checkpoint.js';
import { leafOf, MerkleRoot } from '../../audit/merkle.js';
import { bigInteger, date, integer, orNull, timestamp } from '../../connection/column.js';
import { databaseNow } from '../../connection/database-clock.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { checkpointColumns, checkpointRow } from './audit-checkpoint.row.js';
import { auditCheckpointViews } from './audit-checkpoint.views.js';
import type { AuditKey } from './audit-key.records.js';

const pageSize = 5_000;

const checkpointLock = query({
  name: 'auditCheckpoint.lock',
  text: `select from pg_advisory_xact_lock(hashtext('platform.audit_checkpoints'))`,
});
const lastCheckpoint = query({
  name: 'auditCheckpoint.last',
  row: checkpointRow,
  text: `select ${checkpointColumns} from platform.audit_checkpoints c
   order by c.number desc limit 1`,
});
const headsKeeping = query({
  name: 'auditCheckpoint.keepHeads',
  parameters: { number: bigInteger, since: orNull(timestamp), until: timestamp },
  row: { chains: integer, entries: bigInteger },
  text: `
  with heads as (
    select h.account_id, h.seq, h.hash, h.seq - coalesce((
      select c.seq from platform.audit_checkpoint_heads c
      where c.account_id = h.account_id order by c.number desc limit 1), 0) as entries
    from platform.audit_heads_until(:since, :until) h
  ), kept as (
    insert into platform.audit_checkpoint_heads (account_id, number, seq, hash)
    select h.account_id, :number, h.seq, h.hash from heads h
  )
  select count(*)::int as chains, coalesce(sum(h.entries), 0)::bigint as entries from heads h`,
});
const newCheckpoint = query({
  name: 'auditCheckpoint.insert',
  parameters: { ...checkpointRow, day: date },
  text: `
  insert into platform.audit_checkpoints
    (number, day, chains, entries, root, prev_hash, hash, kid, signature)
  values (:number, :day, :chains, :entries, decode(:root, 'hex'), decode(:prev_hash, 'hex'),
    decode(:hash, 'hex'), :kid, decode(:signature, 'hex'))`,
});

/** Signs with a key, day by day, how far every chain has come; in the platform's scope. */
export function auditCheckpointStore(scope: WriteScope, key: AuditKey) {
  /** Stores the heads of the chains grown, and counts the entries no checkpoint has counted. */
  async function keepHeads(number: number, since: string | null, until: string) {
    const [grown] = await scope.run(headsKeeping, { number, since, until });
    return grown ?? { chains: 0, entries: 0 };
  }

  async function rootOf(number: number): Promise<string> {
    const { headsPage } = auditCheckpointViews(scope);
    const root = new MerkleRoot();
    for (let after: string | null = null; ;) {
      const heads = await headsPage(number, after, pageSize);
      for (const head of heads) root.add(leafOf(head));
      after = heads.at(-1)?.account_id ?? null;
      if (after === null || heads.length < pageSize) return root.hex();
    }
  }

  return {
    /**
     * Writes the checkpoint of the first whole day without a checkpoint, reckoned from the last
     * stored checkpoint; undefined when none is due. Two calls at once write in turn. The very
     * first checkpoint covers everything before `now`'s day.
     */
    async signNext(now: Date = new Date(databaseNow())): Promise<Checkpoint | undefined> {
      await scope.run(checkpointLock, {});
      const [before] = await scope.read(lastCheckpoint, {});
      const today = now.toISOString().slice(0, 10);
      const day = before ? nextDay(before.day) : dayBefore(today);
      if (day >= today) return undefined;
      const number = (before?.number ?? 0) + 1;
      const grown = await keepHeads(number, before ? day : null, nextDay(day));
      const content: CheckpointContent = {
        number,
        day,
        root: await rootOf(number),
        chains: grown.chains,
        entries: (before?.entries ?? 0) + grown.entries,
        prev_hash: before?.hash ?? firstCheckpointFollows,
      };
      const checkpoint = signCheckpoint(content, key);
      await scope.run(newCheckpoint, checkpoint);
      return checkpoint;
    },
  };
}

const dayBefore = (day: string): string =>
  new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
