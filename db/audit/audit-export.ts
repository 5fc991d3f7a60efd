import { createHash, type JsonWebKey } from 'node:crypto';
import { isSignedBy, signText } from './audit-checkpoint.js';

export const exportFormat = 'millrace.audit.export.1';

/** An export's manifest; signed as the stored bytes. */
export interface ExportManifest {
  format: typeof exportFormat;
  account_id: string;
  /** 0 for an account without entries, like `last_seq` and `count`. */
  first_seq: number;
  last_seq: number;
  count: number;
  head_hash: string;
  /** Of entries.jsonl. */
  entries_sha256: string;
  created_at: string;
  kid: string;
}
/**
 * Names the signed manifest by hash, so that a changed manifest and a changed signature can be told
 * apart.
 */
export interface ExportSignature {
  manifest_sha256: string;
  /** Ed25519 over the manifest's bytes, in hex. */
  signature: string;
}

/** The canonical text of a manifest, so that writing again writes the same bytes. */
export const manifestText = (manifest: Omit<ExportManifest, 'format'>): string =>
  `${JSON.stringify({ format: exportFormat, ...manifest }, null, 2)}\n`;

export function signatureText(manifest: string, privateJwk: JsonWebKey): string {
  const signed: ExportSignature = {
    manifest_sha256: sha256(manifest),
    signature: signText(manifest, privateJwk),
  };
  return `${JSON.stringify(signed, null, 2)}\n`;
}

/** Reason why a manifest differs from the signed manifest; undefined for a valid signature. */
export function signatureFault(
  manifest: string,
  { manifest_sha256: signed, signature }: ExportSignature,
  key: JsonWebKey | undefined,
): string | undefined {
  if (!key) return 'manifest.json was signed by a key that is not known';
  if (isSignedBy(manifest, signature, key)) return undefined;
  return sha256(manifest) === signed ? 'signature.json was changed' : 'manifest.json was changed';
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
