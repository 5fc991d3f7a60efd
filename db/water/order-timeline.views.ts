import {
  bigInteger,
  json,
  listOf,
  integer,
  orNull,
  text,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const timelineItem = {
  event_id: uuid,
  event_type: text,
  occurred_at: timestamp,
  actor_principal_id: orNull(uuid),
  details: json<Record<string, unknown>>(),
  subject_seq: bigInteger,
};
export type TimelineItem = Values<typeof timelineItem>;

const eventsOfOrder = query({
  name: 'order.timeline',
  parameters: { orderId: text, afterSeq: bigInteger, limit: integer },
  row: timelineItem,
  text: `select ${listOf(timelineItem, 'e', { details: 'e.payload' })} from platform.events e
   where e.subject_type = 'order' and e.subject_id = :orderId and e.subject_seq > :afterSeq order by e.subject_seq limit :limit`,
});

export const orderTimelineViews = (scope: ReadScope) => ({
  /** The order's events, oldest first; none for an account that is no party of the order. */
  page: (orderId: string, afterSeq: number, limit: number): Promise<TimelineItem[]> =>
    scope.read(eventsOfOrder, { orderId, afterSeq, limit }),
});
