import type { Firestore } from 'firebase-admin/firestore';

/** The event that a mirror follows, as every consumer outside sees it. */
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
 * The newest state of each subject of an account, for apps that watch it live. PostgreSQL stays the truth: a document holds
 * what the subject's events have told, the newest of each field, and can be made again by rewinding the consumer.
 *
 *   accounts/<account_id>/<subject_type>/<subject_id>
 *   { subject_seq, event_id, event_type, occurred_at, is_deleted, state: { … } }
 */
export function createFirestoreMirror(firestore: Firestore) {
  return {
    /** An event that is not newer than the document changes nothing, so it may come again and late. */
    async apply(accountId: string, event: MirroredEvent): Promise<void> {
      const document = firestore.doc(`accounts/${accountId}/${event.subject_type}/${event.subject_id}`);
      await firestore.runTransaction(async (transaction) => {
        const known = (await transaction.get(document)).data();
        if (known !== undefined && Number(known['subject_seq']) >= event.subject_seq) return;
        const isDeleted = event.event_type.endsWith('_DELETED');
        const state = isDeleted ? {} : { ...(known?.['state'] as object | undefined), ...event.data };
        const { subject_seq, event_id, event_type, occurred_at } = event;
        transaction.set(document, { subject_seq, event_id, event_type, occurred_at, is_deleted: isDeleted, state });
      });
    },
  };
}
export type FirestoreMirror = ReturnType<typeof createFirestoreMirror>;
