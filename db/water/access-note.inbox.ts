import { statement, type Database } from '../shared/database.js';

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

const noteAccess = statement('access.note', 'select water.note_device_access($1::jsonb)');

/** As millrace_gateway. Of what is no unit of the inventory nothing is kept. */
export function createAccessNoteInbox({ write }: Pick<Database, 'write'>) {
  return {
    async take(notes: readonly AccessNote[]): Promise<void> {
      await write.inPlatform(noteAccess, [JSON.stringify(notes.map(rowOf))]);
    },
  };
}
export type AccessNoteInbox = ReturnType<typeof createAccessNoteInbox>;

const rowOf = (note: AccessNote) => ({
  device_id: note.deviceId,
  connected_ago_ms: note.connectedAgoMs,
  connected_from: note.connectedFrom,
  refused_ago_ms: note.refusedAgoMs,
  refused_from: note.refusedFrom,
  refusal_reason: note.refusalReason,
  refused_count: note.refusedCount,
});
