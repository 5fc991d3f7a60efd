import { bigInteger, integer, listOf, text } from '../../connection/column.js';

/** A Checkpoint: the same names in the database, on the wire and in an export. */
export const checkpointRow = {
  number: bigInteger,
  day: text,
  chains: integer,
  entries: bigInteger,
  root: text,
  prev_hash: text,
  hash: text,
  kid: text,
  signature: text,
};
export const checkpointColumns = listOf(checkpointRow, 'c', {
  day: 'c.day::text',
  root: "encode(c.root, 'hex')",
  prev_hash: "encode(c.prev_hash, 'hex')",
  hash: "encode(c.hash, 'hex')",
  signature: "encode(c.signature, 'hex')",
});
