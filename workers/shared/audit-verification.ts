import type { JsonWebKey } from 'node:crypto';
import { createAuditCheckpointViews } from '../../db/platform/audit-checkpoint.views.js';
import { createAuditViews } from '../../db/platform/audit.views.js';
import { checkChain, type ChainFault, type Witness } from '../../db/shared/audit-chain.js';
import { checkpointFault, type Checkpoint } from '../../db/shared/audit-checkpoint.js';
import type { ChainedEntry } from '../../db/shared/audit-hash.js';
import type { Database } from '../../db/shared/database.js';
import { leafOf, MerkleRoot } from '../../db/shared/merkle.js';

export type AuditFault = ChainFault | { checkpoint: number; because: string };
export interface AuditVerdict {
  chains: number;
  entries: number;
  checkpoints: number;
  faults: AuditFault[];
}

const pageSize = 1_000;

/** Reads all that the database holds of the audit log, a page at a time, and says where each chain is first not what was written. */
export function createAuditVerification(database: Database) {
  const views = createAuditViews(database.read);
  const checkpointViews = createAuditCheckpointViews(database.read);

  async function* entriesOf(accountId: string): AsyncGenerator<ChainedEntry> {
    for (let after = { seq: 0, at: '-infinity' }; ;) {
      const page = await views.page(accountId, after, pageSize);
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < pageSize) return;
      after = { seq: last.seq, at: last.occurred_at };
    }
  }

  /** Changes go on meanwhile: the head as it was before the walk must be met, and the one after it not be passed. */
  async function verifyChain(accountId: string): Promise<{ entries: number; fault?: ChainFault }> {
    const headOf = async (): Promise<Witness[]> => {
      const head = await views.head(accountId);
      return head ? [{ ...head, name: 'the head of the chain' }] : [];
    };
    const heads = await checkpointViews.headsOfAccount(accountId);
    const signed = heads.map(({ number, seq, hash }) => ({ seq, hash, name: `checkpoint ${number}` }));
    const { fault, last } = await checkChain(accountId, entriesOf(accountId), [...signed, ...(await headOf())]);
    if (fault) return { entries: last.seq, fault };
    const [after = { seq: 0, name: 'the head of the chain' }] = await headOf();
    return last.seq <= after.seq
      ? { entries: last.seq }
      : {
          entries: last.seq,
          fault: { accountId, seq: after.seq + 1, damage: 'inserted', because: `${after.name} does not know it` },
        };
  }

  async function rootOf(number: number): Promise<MerkleRoot> {
    const root = new MerkleRoot();
    for (let after: string | null = null; ;) {
      const heads = await checkpointViews.headsPage(number, after, pageSize);
      for (const head of heads) root.add(leafOf(head));
      after = heads.at(-1)?.account_id ?? null;
      if (after === null || heads.length < pageSize) return root;
    }
  }

  async function verifyCheckpoints(
    keys: readonly JsonWebKey[],
  ): Promise<{ checkpoints: number; faults: AuditFault[] }> {
    const publicKeys = new Map(keys.map((key) => [String(key['kid']), key]));
    let before: Checkpoint | undefined;
    for (;;) {
      const page: Checkpoint[] = await checkpointViews.page(before?.number ?? 0, pageSize);
      for (const checkpoint of page) {
        const because = checkpointFault(checkpoint, before, publicKeys) ?? (await headsFault(checkpoint));
        if (because)
          return { checkpoints: before?.number ?? 0, faults: [{ checkpoint: (before?.number ?? 0) + 1, because }] };
        before = checkpoint;
      }
      if (page.length < pageSize) return { checkpoints: before?.number ?? 0, faults: [] };
    }
  }

  async function headsFault({ number, root, chains }: Checkpoint): Promise<string | undefined> {
    const found = await rootOf(number);
    return found.hex() === root && found.count === chains ? undefined : 'its heads are not those that were signed';
  }

  return {
    verifyChain,

    /** `keys` are the public keys to believe: kept apart from the database, since whoever changes that could add one. */
    async verifyAll(keys: readonly JsonWebKey[]): Promise<AuditVerdict> {
      const verdict: AuditVerdict = { chains: 0, entries: 0, ...(await verifyCheckpoints(keys)) };
      for (let after: string | null = null; ;) {
        const accounts: string[] = await views.chains(after, pageSize);
        for (const accountId of accounts) {
          const { entries, fault } = await verifyChain(accountId);
          verdict.chains += 1;
          verdict.entries += entries;
          if (fault) verdict.faults.push(fault);
        }
        after = accounts.at(-1) ?? null;
        if (after === null || accounts.length < pageSize) return verdict;
      }
    },
  };
}
export type AuditVerification = ReturnType<typeof createAuditVerification>;

/** One line a fault, for people. */
export const describeFault = (fault: AuditFault): string =>
  'checkpoint' in fault
    ? `checkpoint ${fault.checkpoint}: ${fault.because}`
    : `account ${fault.accountId} entry ${fault.seq} was ${fault.damage}: ${fault.because}`;
