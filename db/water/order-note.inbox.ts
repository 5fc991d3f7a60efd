import { v5 } from 'uuid';
import type { Database } from '../shared/database.js';

export interface OrderNote {
  orderId: string;
  note: string;
}

/** The same text by the same account about the same order is the same note. */
const noteIdOf = (accountId: string, { orderId, note }: OrderNote): string => v5(`${accountId}:${note}`, orderId);

// Kept under the order's own accounts, so that both parties may read it, and none for an order the account is no party of.
const keepNote = `
  insert into water.order_notes (account_id, order_id, note_id, seller_account_id, author_principal_id, note)
  select o.account_id, o.order_id, :noteId, o.seller_account_id, :principalId, :note
  from water.orders o where o.order_id = :orderId
  on conflict (account_id, order_id, note_id) do nothing`;

/** What people write goes into the database before their command goes to the workflow, which carries the note's id alone. */
export function createOrderNoteInbox(database: Database) {
  return {
    noteIdOf,
    async keep(author: { accountId: string; principalId: string }, note: OrderNote): Promise<void> {
      const noteId = noteIdOf(author.accountId, note);
      const { accountId, principalId } = author;
      await database.inAccount(
        accountId,
        async (trx) => {
          await trx.raw(keepNote, { ...note, noteId, principalId });
        },
        principalId,
      );
    },
  };
}
export type OrderNoteInbox = ReturnType<typeof createOrderNoteInbox>;
