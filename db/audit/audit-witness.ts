import { createHash, type JsonWebKey } from 'node:crypto';
import { isSignedBy, signText, type Head } from './audit-checkpoint.js';
import { genesisHash } from './audit-hash.js';

/** A chain's last entry as signed by a witness. */
export interface WitnessedHead extends Head {
  /** Entries up to this number may lack a proof: entries of a version without proofs. */
  unproved: number;
}

/**
 * A signature over the heads of the chains grown since the witness before, or of all chains in a
 * whole witness.
 */
export interface AuditWitness {
  number: number;
  signed_at: string;
  /** Until then the version before may still write entries without a proof. */
  unproved_until: string;
  is_whole: boolean;
  heads: WitnessedHead[];
  prev_hash: string;
  /** sha256 of the signed text, in hex. */
  hash: string;
  kid: string;
  /** Ed25519 over the signed text, in hex. */
  signature: string;
}
type WitnessContent = Omit<AuditWitness, 'hash' | 'kid' | 'signature'>;
/** Name of a witness in the object store. */
export type WitnessName = Pick<AuditWitness, 'number' | 'hash'>;
/** The database's note of a witness; the heads are in the object store alone. */
export type WitnessNote = Pick<AuditWitness, 'number' | 'hash' | 'signed_at' | 'is_whole'>;

export const firstWitnessFollows = genesisHash;

/**
 * The signed text: `millrace.audit.witness.1`, the fields, and a line for each head, joined by line
 * breaks.
 */
function witnessText(content: WitnessContent): string {
  const { number, signed_at, unproved_until, is_whole, heads, prev_hash } = content;
  const lines = heads.map(
    ({ account_id, seq, hash, unproved }) => `${account_id} ${seq} ${hash} ${unproved}`,
  );
  return [
    'millrace.audit.witness.1',
    number,
    signed_at,
    unproved_until,
    is_whole,
    prev_hash,
    ...lines,
  ].join('\n');
}

export function signWitness(
  content: WitnessContent,
  key: { kid: string; privateJwk: JsonWebKey },
): AuditWitness {
  const text = witnessText(content);
  return {
    ...content,
    hash: sha256(text),
    kid: key.kid,
    signature: signText(text, key.privateJwk),
  };
}

/** Reason why a witness differs from the signed witness; undefined for a valid signature. */
export function witnessFault(
  witness: AuditWitness,
  publicKeys: ReadonlyMap<string, JsonWebKey>,
): string | undefined {
  const text = witnessText(witness);
  if (sha256(text) !== witness.hash) return 'its hash does not fit its content';
  const key = publicKeys.get(witness.kid);
  if (!key) return `its key ${witness.kid} is not known`;
  return isSignedBy(text, witness.signature, key) ? undefined : 'its signature is wrong';
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
