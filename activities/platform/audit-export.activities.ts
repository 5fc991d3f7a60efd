import { Context, heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Database } from '../../db/connection/database.js';
import { auditExportStore } from '../../db/platform/audit/audit-export.store.js';
import type { AuditKeyRecords } from '../../db/platform/audit/audit-key.records.js';
import { auditViews } from '../../db/platform/audit/audit.views.js';
import { manifestText, sha256, signatureText } from '../../db/audit/audit-export.js';
import type { AuditExportInput } from '../../workflows/platform/audit-export.contract.js';
import type { Objects } from '../shared/objects.js';

const pageSize = 1_000;
const kind = 'audit-export';
const maxEntriesBytes = 50 * 2 ** 30;
const maxBytes = 4_096;

interface AuditExportParts {
  database: Pick<Database, 'reads' | 'statements'>;
  keys: AuditKeyRecords;
  objects: Pick<Objects, 'keep'>;
}

/**
 * An export has the chain's entries as JSON Lines, a manifest over the entries, and a signature
 * over the manifest. The first try fixes the entries to copy for ever, and each file is kept once,
 * so the next try finishes an interrupted try.
 */
export function createAuditExportActivities({ database, keys, objects }: AuditExportParts) {
  const exportsOf = ({ accountId }: AuditExportInput) =>
    auditExportStore(database.statements({ accountId }));

  async function* linesOf(input: AuditExportInput, lastSeq: number): AsyncGenerator<Uint8Array> {
    const { cancellationSignal } = Context.current();
    const entries = auditViews(database.reads({ accountId: input.accountId }));
    let done = 0;
    for (let after = { seq: 0, at: '-infinity' }; after.seq < lastSeq;) {
      const page = await entries.page(after, pageSize);
      const copied = page.filter(({ seq }) => seq <= lastSeq);
      if (copied.length > 0)
        yield Buffer.from(copied.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      done += copied.length;
      await exportsOf(input).progress(input.exportId, done);
      heartbeat(done);
      cancellationSignal.throwIfAborted();
      const last = page.at(-1);
      if (!last || page.length < pageSize) return;
      after = { seq: last.seq, at: last.occurred_at };
    }
  }

  return {
    async writeAuditExport(input: AuditExportInput): Promise<void> {
      const { accountId, exportId } = input;
      const exports = exportsOf(input);
      const begun = await exports.begin(exportId);
      if (begun.status !== 'RUNNING') return;
      const { requestedAt, lastSeq, headHash } = begun;
      const lines = await objects.keep(
        accountId,
        {
          objectId: begun.entriesObjectId,
          kind,
          mediaType: 'application/jsonl',
          maxBytes: maxEntriesBytes,
        },
        linesOf(input, lastSeq),
      );
      const key = await keys.loadOrCreate();
      const manifest = manifestText({
        account_id: accountId,
        first_seq: Math.min(1, lastSeq),
        last_seq: lastSeq,
        count: await exports.countOf(exportId),
        head_hash: headHash,
        entries_sha256: lines.sha256,
        created_at: requestedAt,
        kid: key.kid,
      });
      const { manifestObjectId, signatureObjectId } = begun;
      const files = [
        { objectId: manifestObjectId, mediaType: 'application/json', text: manifest },
        {
          objectId: signatureObjectId,
          mediaType: 'application/json',
          text: signatureText(manifest, key.privateJwk),
        },
      ];
      for (const { text, ...file } of files) {
        const kept = await objects.keep(accountId, { ...file, kind, maxBytes }, bytesOf(text));
        // For example if the signing key changed since an earlier try.
        if (kept.sha256 !== sha256(text))
          throw ApplicationFailure.nonRetryable(
            'an earlier try has written something else',
            'EXPORT_CHANGED',
          );
      }
      await exports.finish(exportId);
    },

    failAuditExport: (input: AuditExportInput): Promise<void> =>
      exportsOf(input).fail(input.exportId),
  };
}
export type AuditExportActivities = ReturnType<typeof createAuditExportActivities>;

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
