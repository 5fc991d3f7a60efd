import { Context, heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { AuditExportStore } from '../../db/platform/audit-export.store.js';
import type { AuditKeyRecords } from '../../db/platform/audit-key.records.js';
import type { AuditViews } from '../../db/platform/audit.views.js';
import { manifestText, sha256, signatureText } from '../../db/shared/audit-export.js';
import type { AuditExportInput } from '../../workflows/platform/audit-export.contract.js';
import type { Objects } from '../shared/objects.js';

const pageSize = 1_000;
const kind = 'audit-export';
const maxEntriesBytes = 50 * 2 ** 30;
const maxBytes = 4_096;

export interface AuditExportParts {
  exports: AuditExportStore;
  entries: Pick<AuditViews, 'page'>;
  keys: Pick<AuditKeyRecords, 'loadOrCreate'>;
  objects: Pick<Objects, 'keep'>;
}

/**
 * An export is the chain's entries as JSON Lines, a manifest over them, and a signature over that. What is copied was fixed by
 * the first try and never changes, and each file is kept once, so a try that was cut off is finished by the next.
 */
export function createAuditExportActivities({ exports, entries, keys, objects }: AuditExportParts) {
  async function* linesOf(input: AuditExportInput, lastSeq: number): AsyncGenerator<Uint8Array> {
    const { cancellationSignal } = Context.current();
    let done = 0;
    for (let after = { seq: 0, at: '-infinity' }; after.seq < lastSeq;) {
      const page = await entries.page(input.accountId, after, pageSize);
      const copied = page.filter(({ seq }) => seq <= lastSeq);
      if (copied.length > 0) yield Buffer.from(copied.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      done += copied.length;
      await exports.progress(input, done);
      heartbeat(done);
      cancellationSignal.throwIfAborted();
      const last = page.at(-1);
      if (!last || page.length < pageSize) return;
      after = { seq: last.seq, at: last.occurred_at };
    }
  }

  return {
    async writeAuditExport(input: AuditExportInput): Promise<void> {
      const { accountId } = input;
      const begun = await exports.begin(input);
      if (begun.status !== 'RUNNING') return;
      const { requestedAt, lastSeq, headHash } = begun;
      const lines = await objects.keep(
        accountId,
        { objectId: begun.entriesObjectId, kind, mediaType: 'application/jsonl', maxBytes: maxEntriesBytes },
        linesOf(input, lastSeq),
      );
      const key = await keys.loadOrCreate();
      const manifest = manifestText({
        ...{ account_id: accountId, first_seq: Math.min(1, lastSeq), last_seq: lastSeq },
        ...{ count: await exports.countOf(input), head_hash: headHash, entries_sha256: lines.sha256 },
        ...{ created_at: requestedAt, kid: key.kid },
      });
      const { manifestObjectId, signatureObjectId } = begun;
      const files = [
        { objectId: manifestObjectId, mediaType: 'application/json', text: manifest },
        { objectId: signatureObjectId, mediaType: 'application/json', text: signatureText(manifest, key.privateJwk) },
      ];
      for (const { text, ...file } of files) {
        const kept = await objects.keep(accountId, { ...file, kind, maxBytes }, bytesOf(text));
        // As when the signing key is another one than at a try before.
        if (kept.sha256 !== sha256(text))
          throw ApplicationFailure.nonRetryable('an earlier try has written something else', 'EXPORT_CHANGED');
      }
      await exports.finish(input);
    },

    failAuditExport: (input: AuditExportInput): Promise<void> => exports.fail(input),
  };
}
export type AuditExportActivities = ReturnType<typeof createAuditExportActivities>;

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
