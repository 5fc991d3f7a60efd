import { failure } from '../../workflows/shared/failure.js';
import type { Order, OrderParty } from '../../workflows/water/order.contract.js';
import type { Database, Transaction } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { reviewSubmitted } from './review.events.js';

export interface NewReview {
  party: OrderParty;
  principalId: string;
  rating: number;
  comment: string | null;
}

export function createReviewRecords(database: Database) {
  return {
    /** One review a party, by the primary key; the buyer's counts for the seller's rating in the same transaction. */
    async submit(order: Order, review: NewReview): Promise<string> {
      const reviewId = newId();
      const { buyerAccountId, sellerAccountId } = order;
      const authorAccountId = review.party === 'BUYER' ? buyerAccountId : sellerAccountId;
      const write = async (trx: Transaction): Promise<void> => {
        const [created] = await trx('water.orderReviews')
          .insert({
            accountId: buyerAccountId,
            orderId: order.orderId,
            authorParty: review.party,
            reviewId,
            sellerAccountId,
            authorPrincipalId: review.principalId,
            rating: review.rating,
            comment: review.comment,
          })
          .onConflict(['accountId', 'orderId', 'authorParty'])
          .ignore()
          .returning('reviewId');
        if (!created) throw failure('REVIEW_ALREADY_EXISTS');
        const submitted = reviewSubmitted.of({
          accountId: buyerAccountId,
          counterpartAccountId: sellerAccountId,
          subjectId: order.orderId,
          actorPrincipalId: review.principalId,
          payload: {
            review_id: reviewId,
            order_id: order.orderId,
            author_party: review.party,
            rating: review.rating,
          },
        });
        if (review.party === 'BUYER') {
          await database.stepInAccount(trx, sellerAccountId, () => countRating(trx, sellerAccountId, review.rating));
        }
        // An order's events are the buyer's, and told to the seller.
        const parties = { accountId: buyerAccountId, counterpartAccountId: sellerAccountId };
        await database.stepInAccounts(trx, parties, () => emitEvents(trx, [submitted]));
      };
      await database.inAccount(authorAccountId, write, review.principalId);
      return reviewId;
    },
  };
}
export type ReviewRecords = ReturnType<typeof createReviewRecords>;

const countRating = async (trx: Transaction, accountId: string, rating: number): Promise<void> =>
  void (await trx('water.sellerProfiles')
    .where({ accountId })
    .update({ ratingSum: trx.raw('rating_sum + ?', [rating]), reviewCount: trx.raw('review_count + 1') }));
