import {
  firstCheckpointFollows,
  nextDay,
  signCheckpoint,
  type Checkpoint,
  type CheckpointContent,
  type Head,
} from '../shared/audit-checkpoint.js';
import { databaseNow } from '../shared/database-clock.js';
import type { Database, Transaction } from '../shared/database.js';
import { leafOf, MerkleRoot } from '../shared/merkle.js';
import type { AuditKeyRecords } from './audit-key.records.js';
import { checkpointColumns } from './audit-checkpoint.views.js';

const pageSize = 5_000;

/** Signs, day by day, how far every chain has come. */
export function createAuditCheckpointStore({ database, keys }: { database: Database; keys: AuditKeyRecords }) {
  return {
    /**
     * Writes the checkpoint of the first whole day that has none, reckoned from the last one stored; undefined when there is
     * none to write. Two at once write one after the other. The first checkpoint of all speaks of everything before `now`'s day.
     */
    async signNext(now: Date = new Date(databaseNow())): Promise<Checkpoint | undefined> {
      const key = await keys.loadOrCreate();
      return database.inPlatform(async (trx) => {
        await trx.raw(`select pg_advisory_xact_lock(hashtext('platform.audit_checkpoints'))`);
        const before = await lastOf(trx);
        const today = now.toISOString().slice(0, 10);
        const day = before ? nextDay(before.day) : dayBefore(today);
        if (day >= today) return undefined;
        const number = (before?.number ?? 0) + 1;
        const grown = await keepHeads(trx, number, before ? day : null, nextDay(day));
        const content: CheckpointContent = {
          ...{ number, day, root: await rootOf(trx, number) },
          ...{ chains: grown.chains, entries: (before?.entries ?? 0) + grown.entries },
          prev_hash: before?.hash ?? firstCheckpointFollows,
        };
        const checkpoint = signCheckpoint(content, key);
        await insert(trx, checkpoint);
        return checkpoint;
      });
    },
  };
}
export type AuditCheckpointStore = ReturnType<typeof createAuditCheckpointStore>;

async function lastOf(trx: Transaction): Promise<Checkpoint | undefined> {
  const { rows } = await trx.raw<{ rows: Checkpoint[] }>(
    `select ${checkpointColumns} from platform.audit_checkpoints c order by c.number desc limit 1`,
  );
  return rows[0];
}

/** Keeps what the checkpoint signs, and counts the entries that no checkpoint has counted. */
async function keepHeads(trx: Transaction, number: number, since: string | null, until: string) {
  const { rows } = await trx.raw<{ rows: { chains: number; entries: number }[] }>(
    `with heads as (
       select h.account_id, h.seq, h.hash, h.seq - coalesce((select c.seq from platform.audit_checkpoint_heads c
         where c.account_id = h.account_id order by c.number desc limit 1), 0) as entries
       from platform.audit_heads_until(?::timestamptz, ?::timestamptz) h
     ), kept as (
       insert into platform.audit_checkpoint_heads (account_id, number, seq, hash)
       select h.account_id, ?, h.seq, h.hash from heads h
     )
     select count(*)::int as chains, coalesce(sum(h.entries), 0)::bigint as entries from heads h`,
    [since, until, number],
  );
  return rows[0] ?? { chains: 0, entries: 0 };
}

async function rootOf(trx: Transaction, number: number): Promise<string> {
  const root = new MerkleRoot();
  for (let after: string | null = null; ;) {
    const { rows }: { rows: Head[] } = await trx.raw(
      `select h.account_id as "account_id", h.seq, encode(h.hash, 'hex') as hash from platform.audit_checkpoint_heads h
       where h.number = ? and (?::uuid is null or h.account_id > ?) order by h.account_id limit ?`,
      [number, after, after, pageSize],
    );
    for (const head of rows) root.add(leafOf(head));
    const last = rows.at(-1);
    if (!last || rows.length < pageSize) return root.hex();
    after = last.account_id;
  }
}

async function insert(trx: Transaction, checkpoint: Checkpoint): Promise<void> {
  const { number, day, chains, entries, root, prev_hash, hash, kid, signature } = checkpoint;
  await trx.raw(
    `insert into platform.audit_checkpoints (number, day, chains, entries, root, prev_hash, hash, kid, signature)
     values (?, ?, ?, ?, decode(?, 'hex'), decode(?, 'hex'), decode(?, 'hex'), ?, decode(?, 'hex'))`,
    [number, day, chains, entries, root, prev_hash, hash, kid, signature],
  );
}

const dayBefore = (day: string): string => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
