import { createHash } from 'node:crypto';
import type { Head } from './audit-checkpoint.js';

/**
 * The tree of RFC 6962 over the heads of a checkpoint, in the order of their account ids. Its root stands for all of them, and
 * a proof shows one account that its head is among them without telling of the others.
 */
const digest = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const node = (left: Buffer, right: Buffer): Buffer => digest(Buffer.of(1), left, right);

/** sha256 of a zero byte and `account_id`, `seq` and `hash`, joined by line breaks. */
export const leafOf = ({ account_id, seq, hash }: Head): Buffer =>
  digest(Buffer.of(0), [account_id, seq, hash].join('\n'));

/** Holds one hash a level of the tree, however many leaves there are. */
export class MerkleRoot {
  private readonly full: { height: number; hash: Buffer }[] = [];
  count = 0;

  add(leaf: Buffer): void {
    let top = { height: 0, hash: leaf };
    for (let left = this.full.at(-1); left?.height === top.height; left = this.full.at(-1)) {
      this.full.pop();
      top = { height: top.height + 1, hash: node(left.hash, top.hash) };
    }
    this.full.push(top);
    this.count += 1;
  }

  hex(): string {
    const [last, ...rest] = [...this.full].reverse();
    if (!last) return digest().toString('hex');
    return rest.reduce((right, { hash }) => node(hash, right), last.hash).toString('hex');
  }
}

/** What a leaf is joined with on its way up to the root, and on which side that stands. */
export interface ProofStep {
  side: 'left' | 'right';
  hash: string;
}

export function proofOf(leaves: readonly Buffer[], index: number): ProofStep[] {
  if (leaves.length <= 1) return [];
  // The largest power of two that is smaller than the number of leaves.
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...proofOf(left, index), { side: 'right', hash: rootOf(right).toString('hex') }]
    : [...proofOf(right, index - split), { side: 'left', hash: rootOf(left).toString('hex') }];
}

export const provedRoot = (head: Head, proof: readonly ProofStep[]): string =>
  proof
    .reduce((hash, step) => {
      const other = Buffer.from(step.hash, 'hex');
      return step.side === 'left' ? node(other, hash) : node(hash, other);
    }, leafOf(head))
    .toString('hex');

function rootOf(leaves: readonly Buffer[]): Buffer {
  const root = new MerkleRoot();
  for (const leaf of leaves) root.add(leaf);
  return Buffer.from(root.hex(), 'hex');
}
