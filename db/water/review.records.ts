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
      // In the seller's context, which sees both the review and the profile it rates.
      await database.inAccount(order.sellerAccountId, async (trx) => {
        const [created] = await trx('water.orderReviews')
          .insert({
            accountId: order.buyerAccountId,
            orderId: order.orderId,
            authorParty: review.party,
            reviewId,
            sellerAccountId: order.sellerAccountId,
            authorPrincipalId: review.principalId,
            rating: review.rating,
            comment: review.comment,
          })
          .onConflict(['accountId', 'orderId', 'authorParty'])
          .ignore()
          .returning('reviewId');
        if (!created) throw failure('REVIEW_ALREADY_EXISTS');
        if (review.party === 'BUYER') await countRating(trx, order.sellerAccountId, review.rating);
        await emitEvents(trx, [
          reviewSubmitted.of({
            accountId: order.buyerAccountId,
            counterpartAccountId: order.sellerAccountId,
            subjectId: order.orderId,
            actorPrincipalId: review.principalId,
            payload: {
              review_id: reviewId,
              order_id: order.orderId,
              author_party: review.party,
              rating: review.rating,
            },
          }),
        ]);
      });
      return reviewId;
    },
  };
}
export type ReviewRecords = ReturnType<typeof createReviewRecords>;

const countRating = (trx: Transaction, accountId: string, rating: number) =>
  trx('water.sellerProfiles')
    .where({ accountId })
    .update({ ratingSum: trx.raw('rating_sum + ?', [rating]), reviewCount: trx.raw('review_count + 1') });
