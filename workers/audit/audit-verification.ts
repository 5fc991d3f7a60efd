import type { JsonWebKey } from 'node:crypto';
import {
  accountCheckpointViews,
  auditCheckpointViews,
} from '../../db/platform/audit/audit-checkpoint.views.js';
import { auditChainViews, auditViews } from '../../db/platform/audit/audit.views.js';
import { checkChain, type ChainFault, type Witness } from '../../db/audit/audit-chain.js';
import { checkpointFault, type Checkpoint } from '../../db/audit/audit-checkpoint.js';
import { createProofCheck, type ProvedEntry } from '../../db/audit/audit-proof.js';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import { leafOf, MerkleRoot } from '../../db/audit/merkle.js';
import type { WitnessedChains } from './witness-verification.js';

type AuditFault = ChainFault | { checkpoint: number; because: string };
export interface AuditVerdict {
  chains: number;
  entries: number;
  checkpoints: number;
  faults: AuditFault[];
}

const pageSize = 1_000;

/** Knowledge from outside the database; without the key of proofs no entry needs a proof. */
interface OutsideKnowledge {
  proofKey?: string;
  witnesses?: WitnessedChains;
}
const noWitnesses: WitnessedChains = {
  witnessesOf: () => [],
  unprovedOf: () => Infinity,
  accounts: () => [],
};

/**
 * Reads the database's whole audit log, a page at a time, and names each chain's first damaged
 * entry.
 */
export function createAuditVerification(
  database: Pick<Database, 'reads'>,
  { proofKey, witnesses = noWitnesses }: OutsideKnowledge = {},
) {
  const platform = database.reads({ accountId: platformAccountId });
  const checkpointViews = auditCheckpointViews(platform);

  async function* entriesOf(
    accountId: string,
    check: (entry: ProvedEntry) => void,
  ): AsyncGenerator<ProvedEntry> {
    const { provedPage } = auditViews(database.reads({ accountId }));
    for (let after = { seq: 0, at: '-infinity' }; ;) {
      const page = await provedPage(after, pageSize);
      for (const entry of page) {
        check(entry);
        yield entry;
      }
      const last = page.at(-1);
      if (!last || page.length < pageSize) return;
      after = { seq: last.seq, at: last.occurred_at };
    }
  }

  /**
   * Changes go on during the walk: the walk must meet the head from before the walk, and must not
   * pass the head from after.
   */
  async function verifyChain(accountId: string): Promise<{ entries: number; fault?: ChainFault }> {
    const account = database.reads({ accountId });
    const headOf = async (): Promise<Witness[]> => {
      const head = await auditViews(account).head();
      return head ? [{ ...head, name: 'the head of the chain' }] : [];
    };
    const heads = await accountCheckpointViews(account).heads();
    const signed = heads.map(({ number, seq, hash }) => ({
      seq,
      hash,
      name: `checkpoint ${number}`,
    }));
    const expectedHeads = [...signed, ...witnesses.witnessesOf(accountId), ...(await headOf())];
    const proofFault =
      proofKey === undefined
        ? undefined
        : createProofCheck(proofKey, witnesses.unprovedOf(accountId));
    let forged: ChainFault | undefined;
    const checkProof = (entry: ProvedEntry) => {
      const because = forged ? undefined : proofFault?.(entry);
      if (because !== undefined) forged = { accountId, seq: entry.seq, damage: 'forged', because };
    };
    const { fault, last } = await checkChain(
      accountId,
      entriesOf(accountId, checkProof),
      expectedHeads,
    );
    // For a changed entry the fault of the chain tells more than the fault of the proof.
    if (fault && !(forged && forged.seq < fault.seq)) return { entries: last.seq, fault };
    if (forged) return { entries: forged.seq - 1, fault: forged };
    const [after = { seq: 0, name: 'the head of the chain' }] = await headOf();
    return last.seq <= after.seq
      ? { entries: last.seq }
      : {
          entries: last.seq,
          fault: {
            accountId,
            seq: after.seq + 1,
            damage: 'inserted',
            because: `${after.name} does not know it`,
          },
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
        const because =
          checkpointFault(checkpoint, before, publicKeys) ?? (await headsFault(checkpoint));
        if (because)
          return {
            checkpoints: before?.number ?? 0,
            faults: [{ checkpoint: (before?.number ?? 0) + 1, because }],
          };
        before = checkpoint;
      }
      if (page.length < pageSize) return { checkpoints: before?.number ?? 0, faults: [] };
    }
  }

  async function headsFault({ number, root, chains }: Checkpoint): Promise<string | undefined> {
    const tree = await rootOf(number);
    return tree.hex() === root && tree.count === chains
      ? undefined
      : 'its heads are not those that were signed';
  }

  return {
    verifyChain,

    /**
     * `keys` are the trusted public keys: stored apart from the database, since an attacker with
     * write access could add a key there.
     */
    async verifyAll(keys: readonly JsonWebKey[]): Promise<AuditVerdict> {
      const verdict: AuditVerdict = { chains: 0, entries: 0, ...(await verifyCheckpoints(keys)) };
      const unread = new Set(witnesses.accounts());
      for (let after: string | null = null; ;) {
        const accounts: string[] = await auditChainViews(platform).page(after, pageSize);
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
      // Chains with a witness, and unknown to the database.
      for (const accountId of unread) {
        const { fault } = await verifyChain(accountId);
        if (fault) verdict.faults.push(fault);
      }
      return verdict;
    },
  };
}

/** One line a fault, for people. */
export const describeFault = (fault: AuditFault): string =>
  'checkpoint' in fault
    ? `checkpoint ${fault.checkpoint}: ${fault.because}`
    : `account ${fault.accountId} entry ${fault.seq} was ${fault.damage}: ${fault.because}`;
