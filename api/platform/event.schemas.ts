import { Type, type Static } from 'typebox';
import type { EventFilter } from '../../db/platform/delivery/event.views.js';
import { component, nullable, closedObject, pageQuery, timestamp, uuid } from '../route/schema.js';

export const eventTypeName = Type.String({
  pattern: '^[A-Za-z0-9_.]{1,100}$',
  examples: ['ORDER_CREATED'],
});
const subjectType = Type.String({ pattern: '^[a-z_-]{1,50}$', examples: ['order'] });
const subjectId = Type.String({
  minLength: 1,
  maxLength: 200,
  examples: ['0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f'],
});

export const event = component(
  'Event',
  closedObject({
    event_id: uuid,
    event_type: eventTypeName,
    event_version: Type.Integer({ minimum: 1 }),
    account_id: nullable(uuid),
    topic: Type.String({ examples: ['water.order.created'] }),
    subject_type: subjectType,
    subject_id: subjectId,
    subject_seq: Type.Integer({ minimum: 1, description: 'Rises by one within the subject' }),
    occurred_at: timestamp,
    correlation_id: nullable(Type.String()),
    causation_id: nullable(uuid),
    data: Type.Record(Type.String(), Type.Unknown(), {
      description: 'As the schema of its type and version says',
    }),
  }),
);

export const eventQuery = closedObject({
  ...pageQuery.properties,
  event_type: Type.Optional(eventTypeName),
  subject_type: Type.Optional(subjectType),
  subject_id: Type.Optional(subjectId),
});
/** The events of a list; all events where neither type nor subject is named. */
export const eventFilter = (
  query: Pick<Static<typeof eventQuery>, 'event_type' | 'subject_type' | 'subject_id'>,
): EventFilter => ({
  eventType: query.event_type ?? null,
  subjectType: query.subject_type ?? null,
  subjectId: query.subject_id ?? null,
});

const eventSchema = component(
  'EventSchema',
  closedObject({
    event_type: eventTypeName,
    event_version: Type.Integer({ minimum: 1 }),
    topic: Type.String(),
    subject_type: subjectType,
    schema: Type.Record(Type.String(), Type.Unknown(), {
      description: 'JSON Schema 2020-12 of `data`',
    }),
    example: Type.Record(Type.String(), Type.Unknown()),
  }),
);
export const eventSchemas = closedObject({ items: Type.Array(eventSchema) });
