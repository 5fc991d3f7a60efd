import { Type } from 'typebox';
import { component, nullable, closedObject, pageQuery, timestamp, uuid } from '../route/schema.js';
import { eventTypeName } from './event.schemas.js';

export const consumerId = Type.String({
  maxLength: 100,
  examples: ['webhook/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f'],
});

export const deadLetter = component(
  'DeadLetter',
  closedObject({
    dead_letter_id: uuid,
    consumer_id: consumerId,
    event_id: uuid,
    event_type: eventTypeName,
    subject_type: Type.String(),
    subject_id: Type.String(),
    attempts: Type.Integer({ minimum: 1 }),
    last_error: nullable(Type.String({ description: 'The kind of the last failure' })),
    dead_at: timestamp,
    released_at: nullable(timestamp),
    waiting: Type.Integer({
      minimum: 0,
      maximum: 100,
      description: 'Deliveries behind it, counted to a hundred',
    }),
  }),
);
export const deadLetterCount = component(
  'DeadLetterCount',
  closedObject({
    account_id: nullable(uuid),
    consumer_id: consumerId,
    count: Type.Integer({ minimum: 1 }),
    oldest_dead_at: timestamp,
  }),
);

export const deadLetterQuery = closedObject({
  ...pageQuery.properties,
  consumer_id: Type.Optional(consumerId),
});
export const decided = closedObject({
  dead_letter_id: uuid,
  decision: Type.Enum(['redrive', 'skip', 'release']),
});
