import { createHash } from 'node:crypto';
import type { Head } from './audit-checkpoint.js';

/**
 * The tree of RFC 6962 over the heads of a checkpoint, in the order of the account ids. The root
 * stands for all heads, so that a proof can show an account that the account's head is included
 * without revealing other heads.
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

/** Computes the root with one hash a level of the tree in memory, however many leaves there are. */
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
