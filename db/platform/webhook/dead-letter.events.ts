import { Type } from 'typebox';
import { consumerKinds } from '../../../workflows/platform/delivery.contract.js';
import { defineEvent } from '../../shared/event.js';

const id = Type.String({ format: 'uuid' });
const anId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';

/** A delivery's tries are used up, and the lane is held until a decision. */
export const deliveryDied = defineEvent({
  type: 'DELIVERY_DIED',
  version: 1,
  topic: 'platform.delivery.died',
  subjectType: 'delivery',
  payload: Type.Object(
    {
      delivery_id: id,
      consumer_id: Type.String({
        pattern: '^(mqtt|firestore|internal/[a-z0-9.-]+|webhook/[0-9a-f-]{36})$',
      }),
      consumer_kind: Type.Enum([...consumerKinds]),
      event_id: id,
      event_type: Type.String({ pattern: '^[A-Za-z0-9_.]{1,100}$' }),
      attempts: Type.Integer({ minimum: 1 }),
    },
    { additionalProperties: false },
  ),
  example: {
    delivery_id: anId,
    consumer_id: `webhook/${anId}`,
    consumer_kind: 'webhook',
    event_id: anId,
    event_type: 'ORDER_CREATED',
    attempts: 10,
  },
});
