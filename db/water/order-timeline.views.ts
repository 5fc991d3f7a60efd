import { statement, type Reader } from '../shared/database.js';

export interface TimelineRow {
  event_id: string;
  event_type: string;
  occurred_at: string;
  actor_principal_id: string | null;
  details: Record<string, unknown>;
  subject_seq: number;
}

const timeline = statement(
  'order.timeline',
  `select e.event_id, e.event_type, e.occurred_at, e.actor_principal_id, e.payload as details, e.subject_seq
   from platform.events e
   where e.subject_type = 'order' and e.subject_id = $1 and e.subject_seq > $2 order by e.subject_seq limit $3`,
);

export function createOrderTimelineViews(read: Reader) {
  return {
    /** What happened, oldest first; nothing at all for an order that the account is no party of. */
    page: (accountId: string, orderId: string, afterSeq: number, limit: number) =>
      read.inAccount<TimelineRow>(accountId, timeline, [orderId, afterSeq, limit]),
  };
}
export type OrderTimelineViews = ReturnType<typeof createOrderTimelineViews>;
