import { json } from '../../connection/column.js';
import type { StatementScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** How a device came in and was refused since the note before. */
export interface AccessNote {
  deviceId: string;
  connectedAgoMs: number | null;
  connectedFrom: string | null;
  refusedAgoMs: number | null;
  refusedFrom: string | null;
  refusalReason: string | null;
  refusedCount: number;
}

const noteAccess = query({
  name: 'access.note',
  parameters: { notes: json<readonly object[]>() },
  text: 'select from devices.note_device_access(:notes)',
});

/** As millrace_gateway. No row is kept for a device outside the inventory. */
export const accessNoteInbox = (scope: StatementScope) => ({
  async take(notes: readonly AccessNote[]): Promise<void> {
    await scope.run(noteAccess, { notes: notes.map(rowOf) });
  },
});
export type AccessNoteInbox = ReturnType<typeof accessNoteInbox>;

const rowOf = (note: AccessNote) => ({
  device_id: note.deviceId,
  connected_ago_ms: note.connectedAgoMs,
  connected_from: note.connectedFrom,
  refused_ago_ms: note.refusedAgoMs,
  refused_from: note.refusedFrom,
  refusal_reason: note.refusalReason,
  refused_count: note.refusedCount,
});
