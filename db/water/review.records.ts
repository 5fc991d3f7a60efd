import { failure } from '../../workflows/shared/failure.js';
import type { Order, OrderParty } from '../../workflows/water/order.contract.js';
import { integer, orNull, text, textOf, uuid } from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { reviewSubmitted } from './review.events.js';

interface NewReview {
  party: OrderParty;
  rating: number;
  comment: string | null;
}

const submitReview = query({
  name: 'reviews.submit',
  parameters: {
    buyerAccountId: uuid,
    orderId: uuid,
    party: textOf<OrderParty>(),
    reviewId: uuid,
    sellerAccountId: uuid,
    principalId: uuid,
    rating: integer,
    comment: orNull(text),
  },
  row: { reviewId: uuid },
  text: `insert into water.order_reviews (account_id, order_id, author_party, review_id, seller_account_id,
     author_principal_id, rating, comment)
   values (:buyerAccountId, :orderId, :party, :reviewId, :sellerAccountId, :principalId, :rating, :comment)
   on conflict (account_id, order_id, author_party) do nothing returning review_id`,
});

const countRating = query({
  name: 'reviews.count_rating',
  parameters: { sellerAccountId: uuid, rating: integer },
  text: `update water.seller_profiles p set rating_sum = p.rating_sum + :rating, review_count = p.review_count + 1
   where p.account_id = :sellerAccountId`,
});

/** In the scope of the review's author. */
export const reviewRecords = (scope: WriteScope) => ({
  /**
   * One review a party, by the primary key; the buyer's review counts for the seller's rating in
   * the same transaction.
   */
  async submit(order: Order, { party, rating, comment }: NewReview): Promise<string> {
    const { principalId } = scope;
    const { orderId, buyerAccountId, sellerAccountId } = order;
    const reviewId = newId();
    const [created] = await scope.run(submitReview, {
      buyerAccountId,
      orderId,
      party,
      reviewId,
      sellerAccountId,
      principalId,
      rating,
      comment,
    });
    if (!created) throw failure('REVIEW_ALREADY_EXISTS');
    const submitted = reviewSubmitted.of({
      accountId: buyerAccountId,
      counterpartAccountId: sellerAccountId,
      subjectId: orderId,
      actorPrincipalId: principalId,
      payload: { review_id: reviewId, order_id: orderId, author_party: party, rating },
    });
    if (party === 'BUYER')
      await scope.as({ accountId: sellerAccountId }, (seller) =>
        seller.run(countRating, { sellerAccountId, rating }),
      );
    // An order's events are the buyer's, and told to the seller.
    const parties = { accountId: buyerAccountId, counterpartAccountId: sellerAccountId };
    await scope.as(parties, (both) => emitEvents(both, [submitted]));
    return reviewId;
  },
});
