import type { JsonWebKey } from 'node:crypto';
import { createAuditCheckpointViews } from '../../db/platform/audit-checkpoint.views.js';
import { createAuditViews } from '../../db/platform/audit.views.js';
import { checkChain, type ChainFault, type Witness } from '../../db/shared/audit-chain.js';
import { checkpointFault, type Checkpoint } from '../../db/shared/audit-checkpoint.js';
import { createProofCheck, type ProvedEntry } from '../../db/shared/audit-proof.js';
import type { Database } from '../../db/shared/database.js';
import { leafOf, MerkleRoot } from '../../db/shared/merkle.js';
import type { WitnessedChains } from './witness-verification.js';

export type AuditFault = ChainFault | { checkpoint: number; because: string };
export interface AuditVerdict {
  chains: number;
  entries: number;
  checkpoints: number;
  faults: AuditFault[];
}

const pageSize = 1_000;

/** What is known outside the database; without the key of proofs no entry needs one. */
export interface OutsideKnowledge {
  proofKey?: string;
  witnesses?: WitnessedChains;
}
const noWitnesses: WitnessedChains = { of: () => [], unprovedOf: () => Infinity, accounts: () => [] };

/** Reads all that the database holds of the audit log, a page at a time, and says where each chain is first not what was written. */
export function createAuditVerification(
  database: Database,
  { proofKey, witnesses = noWitnesses }: OutsideKnowledge = {},
) {
  const views = createAuditViews(database.read);
  const checkpointViews = createAuditCheckpointViews(database.read);

  async function* entriesOf(accountId: string, check: (entry: ProvedEntry) => void): AsyncGenerator<ProvedEntry> {
    for (let after = { seq: 0, at: '-infinity' }; ;) {
      const page = await views.provedPage(accountId, after, pageSize);
      for (const entry of page) {
        check(entry);
        yield entry;
      }
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
    const known = [...signed, ...witnesses.of(accountId), ...(await headOf())];
    const proofFault = proofKey === undefined ? undefined : createProofCheck(proofKey, witnesses.unprovedOf(accountId));
    let forged: ChainFault | undefined;
    const checkProof = (entry: ProvedEntry) => {
      const because = forged ? undefined : proofFault?.(entry);
      if (because !== undefined) forged = { accountId, seq: entry.seq, damage: 'forged', because };
    };
    const { fault, last } = await checkChain(accountId, entriesOf(accountId, checkProof), known);
    // Of an entry that was changed the chain tells more than the proof does.
    if (fault && !(forged && forged.seq < fault.seq)) return { entries: last.seq, fault };
    if (forged) return { entries: forged.seq - 1, fault: forged };
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
      const unread = new Set(witnesses.accounts());
      for (let after: string | null = null; ;) {
        const accounts: string[] = await views.chains(after, pageSize);
        for (const accountId of accounts) {
          unread.delete(accountId);
          const { entries, fault } = await verifyChain(accountId);
          verdict.chains += 1;
          verdict.entries += entries;
          if (fault) verdict.faults.push(fault);
        }
        after = accounts.at(-1) ?? null;
        if (after === null || accounts.length < pageSize) break;
      }
      // Chains that were witnessed, and that the database does not know at all.
      for (const accountId of unread) {
        const { fault } = await verifyChain(accountId);
        if (fault) verdict.faults.push(fault);
      }
      return verdict;
    },
  };
}
export type AuditVerification = ReturnType<typeof createAuditVerification>;

/** One line a fault, for people. */
export const describeFault = (fault: AuditFault): string =>
  'checkpoint' in fault
    ? `checkpoint ${fault.checkpoint}: ${fault.because}`
    : `account ${fault.accountId} entry ${fault.seq} was ${fault.damage}: ${fault.because}`;
