import { v5 } from 'uuid';
import { text, uuid } from '../connection/column.js';
import type { StatementScope } from '../connection/database.js';
import { query } from '../connection/query.js';

export interface OrderNote {
  orderId: string;
  note: string;
}

/** The same text by the same account about the same order is the same note. */
export const noteIdOf = (accountId: string, { orderId, note }: OrderNote): string =>
  v5(`${accountId}:${note}`, orderId);

// Kept under the order's own accounts, so that both parties may read the note; an account that is
// no party keeps no note.
const keepNote = query({
  name: 'orderNotes.keep',
  parameters: { orderId: uuid, noteId: uuid, principalId: uuid, note: text },
  text: `insert into water.order_notes (account_id, order_id, note_id, seller_account_id, author_principal_id, note)
   select o.account_id, o.order_id, :noteId, o.seller_account_id, :principalId, :note
   from water.orders o where o.order_id = :orderId
   on conflict (account_id, order_id, note_id) do nothing`,
});

/**
 * A person's text is stored before the command goes to the workflow; the command carries the note's
 * id alone.
 */
export const orderNoteInbox = (scope: StatementScope) => ({
  async keep(note: OrderNote): Promise<void> {
    const { accountId, principalId } = scope;
    await scope.run(keepNote, { ...note, principalId, noteId: noteIdOf(accountId, note) });
  },
});
