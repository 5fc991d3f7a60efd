import type { Firestore } from 'firebase-admin/firestore';

/** An event for a mirror, as seen by every consumer outside. */
export interface MirroredEvent {
  event_id: string;
  event_type: string;
  subject_type: string;
  subject_id: string;
  subject_seq: number;
  occurred_at: string;
  data: Readonly<Record<string, unknown>>;
}

/**
 * The newest state of each event subject of an account, for apps watching live. PostgreSQL stays
 * the truth: a document holds the newest value of each field in the subject's events, and rewinding
 * the consumer makes the document again.
 *
 *   accounts/<account_id>/<subject_type>/<subject_id>
 *   { subject_seq, event_id, event_type, occurred_at, is_deleted, state: { … } }
 */
export function createFirestoreMirror(firestore: Firestore) {
  return {
    /** An event not newer than the document changes nothing, so events may repeat and come late. */
    async apply(accountId: string, event: MirroredEvent): Promise<void> {
      const document = firestore.doc(
        `accounts/${accountId}/${event.subject_type}/${event.subject_id}`,
      );
      await firestore.runTransaction(async (transaction) => {
        const known = (await transaction.get(document)).data();
        if (known !== undefined && Number(known['subject_seq']) >= event.subject_seq) return;
        const isDeleted = event.event_type.endsWith('_DELETED');
        const state = isDeleted
          ? {}
          : { ...(known?.['state'] as object | undefined), ...event.data };
        const { subject_seq, event_id, event_type, occurred_at } = event;
        transaction.set(document, {
          subject_seq,
          event_id,
          event_type,
          occurred_at,
          is_deleted: isDeleted,
          state,
        });
      });
    },
  };
}
export type FirestoreMirror = ReturnType<typeof createFirestoreMirror>;
