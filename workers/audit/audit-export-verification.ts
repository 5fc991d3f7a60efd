import { createHash, type JsonWebKey } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkChain } from '../../db/audit/audit-chain.js';
import {
  exportFormat,
  signatureFault,
  type ExportManifest,
  type ExportSignature,
} from '../../db/audit/audit-export.js';
import type { ChainedEntry } from '../../db/audit/audit-hash.js';
import { auditExportFiles } from '../../workflows/platform/audit-export.contract.js';
import { describeFault } from './audit-verification.js';

/**
 * Names the faults in the files of an export, a line at a time; only the public keys are trusted.
 */
export async function verifyAuditExport(
  folder: string,
  keys: readonly JsonWebKey[],
): Promise<{ entries: number; faults: string[] }> {
  const missing = auditExportFiles.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0)
    return { entries: 0, faults: missing.map((name) => `${name} is missing`) };

  const text = await readFile(join(folder, 'manifest.json'), 'utf8');
  const manifest = parsed<ExportManifest>(text);
  if (manifest?.format !== exportFormat)
    return { entries: 0, faults: ['manifest.json was changed: it is no manifest'] };
  const signature = parsed<ExportSignature>(await readFile(join(folder, 'signature.json'), 'utf8'));
  const key = keys.find(({ kid }) => kid === manifest.kid);
  const unsigned = signature
    ? signatureFault(text, signature, key)
    : 'signature.json was changed: it is no signature';
  const { entries, fault } = await entriesFault(join(folder, 'entries.jsonl'), manifest);
  return { entries, faults: [unsigned, fault].filter((one) => one !== undefined) };
}

async function entriesFault(
  file: string,
  manifest: ExportManifest,
): Promise<{ entries: number; fault?: string }> {
  const { account_id: accountId, last_seq: lastSeq, head_hash: headHash } = manifest;
  let entries = 0;
  async function* lines(): AsyncGenerator<ChainedEntry> {
    for await (const line of createInterface({
      input: createReadStream(file),
      crlfDelay: Infinity,
    })) {
      const entry = parsed<ChainedEntry>(line);
      if (!Number.isSafeInteger(entry?.seq) || !entry) throw new BrokenLine(entries + 1);
      entries += 1;
      yield entry;
    }
  }
  const witnesses = lastSeq === 0 ? [] : [{ seq: lastSeq, hash: headHash, name: 'the manifest' }];
  try {
    const { fault, last } = await checkChain(accountId, lines(), witnesses);
    if (fault) return { entries, fault: describeFault(fault) };
    if (last.seq > lastSeq || entries !== manifest.count)
      return {
        entries,
        fault: `entries.jsonl has ${entries} entries, and the manifest says ${manifest.count}`,
      };
  } catch (error) {
    if (!(error instanceof BrokenLine)) throw error;
    return { entries, fault: `entries.jsonl line ${error.line} was changed: it is no entry` };
  }
  if ((await sha256Of(file)) !== manifest.entries_sha256)
    return {
      entries,
      fault: 'entries.jsonl was changed: its entries are whole, its bytes are others',
    };
  return { entries };
}

class BrokenLine extends Error {
  constructor(readonly line: number) {
    super(`line ${line}`);
  }
}

function parsed<T>(text: string): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
