import { bigInteger, listOf, text, uuid } from '../../connection/column.js';

/** A Head: the last entry of a chain, with the hash in hex. */
export const headRow = { account_id: uuid, seq: bigInteger, hash: text };
export const headColumns = listOf(headRow, 'h', { hash: "encode(h.hash, 'hex')" });
