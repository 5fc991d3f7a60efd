import { Type } from 'typebox';
import { defineEvent } from '../shared/event.js';

const id = Type.String({ format: 'uuid' });

/** An event of the order, and so in the order's timeline. The comment is left out. */
export const reviewSubmitted = defineEvent({
  type: 'REVIEW_SUBMITTED',
  version: 1,
  topic: 'water.review.submitted',
  subjectType: 'order',
  payload: Type.Object(
    {
      review_id: id,
      order_id: id,
      author_party: Type.Enum(['BUYER', 'SELLER']),
      rating: Type.Integer({ minimum: 1, maximum: 5 }),
    },
    { additionalProperties: false },
  ),
  example: {
    review_id: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f',
    order_id: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e30',
    author_party: 'BUYER',
    rating: 5,
  },
});
