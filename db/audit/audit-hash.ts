import { createHash } from 'node:crypto';

/** An entry as exported, one JSON object a line: the hashed fields and the hash. */
export interface ChainedEntry {
  account_id: string;
  seq: number;
  /** RFC 3339 in UTC with six digits of a second. */
  occurred_at: string;
  principal_id: string | null;
  action: string;
  subject_type: string;
  subject_id: string | null;
  ip: string | null;
  route: string | null;
  request_id: string | null;
  before_hash: string | null;
  after_hash: string | null;
  prev_hash: string;
  hash: string;
}

/** Hash before the first entry of a chain. */
export const genesisHash = '0'.repeat(64);

/** Columns of the account's entries as in the JSON object, in the order of the hash. */
const hashedFields = [
  'account_id',
  'seq',
  'occurred_at',
  'principal_id',
  'action',
  'subject_type',
  'subject_id',
  'ip',
  'route',
  'request_id',
  'before_hash',
  'after_hash',
  'prev_hash',
] as const;

/**
 * sha256, in hex, of `millrace.audit.1` and the fields in their order, joined by line breaks; null
 * is the empty text. No field may hold a line break or be empty otherwise (the table's
 * constraints), so no two entries have the same input.
 */
export const entryHash = (entry: ChainedEntry): string =>
  createHash('sha256')
    .update(['millrace.audit.1', ...hashedFields.map((field) => entry[field] ?? '')].join('\n'))
    .digest('hex');
