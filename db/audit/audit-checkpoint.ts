import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type JsonWebKey,
} from 'node:crypto';
import { genesisHash } from './audit-hash.js';

/** A day's signature over the heads of all chains grown since the checkpoint before. */
export interface Checkpoint {
  number: number;
  /** The UTC day that the checkpoint closes, `YYYY-MM-DD`. */
  day: string;
  /** How many chains have grown since the checkpoint before: the leaves under `root`. */
  chains: number;
  /** How many entries all chains have together. */
  entries: number;
  root: string;
  prev_hash: string;
  /** sha256 of the signed text, in hex: the `prev_hash` of the next checkpoint. */
  hash: string;
  kid: string;
  /** Ed25519 over the signed text, in hex. */
  signature: string;
}
export type CheckpointContent = Omit<Checkpoint, 'hash' | 'kid' | 'signature'>;

/** A chain's last entry at the end of a day. */
export interface Head {
  account_id: string;
  seq: number;
  hash: string;
}

export const firstCheckpointFollows = genesisHash;

/** The signed text: `millrace.audit.checkpoint.1` and the fields, joined by line breaks. */
const checkpointText = ({
  number,
  day,
  chains,
  entries,
  root,
  prev_hash,
}: CheckpointContent): string =>
  ['millrace.audit.checkpoint.1', number, day, chains, entries, root, prev_hash].join('\n');

export function signCheckpoint(
  content: CheckpointContent,
  key: { kid: string; privateJwk: JsonWebKey },
): Checkpoint {
  const text = checkpointText(content);
  return {
    ...content,
    hash: sha256(text),
    kid: key.kid,
    signature: signText(text, key.privateJwk),
  };
}

export const signText = (text: string, privateJwk: JsonWebKey): string =>
  sign(null, Buffer.from(text), createPrivateKey({ key: privateJwk, format: 'jwk' })).toString(
    'hex',
  );

export const isSignedBy = (text: string, signature: string, publicJwk: JsonWebKey): boolean =>
  verify(
    null,
    Buffer.from(text),
    createPublicKey({ key: publicJwk, format: 'jwk' }),
    Buffer.from(signature, 'hex'),
  );

/**
 * Reason why a checkpoint cannot follow `before` (undefined: the first checkpoint); undefined for a
 * valid checkpoint. Only a holder of the heads can check that `root` is made from the right heads.
 */
export function checkpointFault(
  checkpoint: Checkpoint,
  before: Checkpoint | undefined,
  publicKeys: ReadonlyMap<string, JsonWebKey>,
): string | undefined {
  const number = (before?.number ?? 0) + 1;
  if (checkpoint.number !== number) return `checkpoint ${number} is missing`;
  if (before && checkpoint.day !== nextDay(before.day))
    return `it is of ${checkpoint.day}, not of the day after`;
  if (checkpoint.prev_hash !== (before?.hash ?? firstCheckpointFollows))
    return 'it follows another checkpoint';
  const text = checkpointText(checkpoint);
  if (sha256(text) !== checkpoint.hash) return 'its hash does not fit its content';
  const key = publicKeys.get(checkpoint.kid);
  if (!key) return `its key ${checkpoint.kid} is not known`;
  return isSignedBy(text, checkpoint.signature, key) ? undefined : 'its signature is wrong';
}

export const nextDay = (day: string): string =>
  new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
