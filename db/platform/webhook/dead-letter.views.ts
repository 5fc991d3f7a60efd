import {
  bigInteger,
  integer,
  orNull,
  text,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const deadLetterView = {
  dead_letter_id: uuid,
  consumer_id: text,
  event_id: uuid,
  event_type: text,
  subject_type: text,
  subject_id: text,
  attempts: integer,
  last_error: orNull(text),
  dead_at: timestamp,
  /** Set when the dead letter no longer holds the lane. */
  released_at: orNull(timestamp),
  /** Deliveries waiting behind, counted to a hundred. */
  waiting: integer,
};
type DeadLetterView = Values<typeof deadLetterView>;

const deadLetterCountView = {
  account_id: orNull(uuid),
  consumer_id: text,
  count: bigInteger,
  oldest_dead_at: timestamp,
};
type DeadLetterCountView = Values<typeof deadLetterCountView>;

const columns = `d.delivery_id as dead_letter_id, d.consumer_id, d.event_id, d.event_type,
  l.subject_type, l.subject_id, d.attempts, d.last_error, d.dead_at, d.released_at,
  (select count(*) from (select 1 from platform.deliveries w
    where w.lane_id = d.lane_id and w.subject_seq > d.subject_seq and w.state = 'PENDING'
    limit 100) waiting)::int as waiting`;
const source = `platform.deliveries d join platform.lanes l using (lane_id)
  where coalesce(d.account_id, platform.nil_uuid()) = :accountId and d.state = 'DEAD'`;

const deadLetterById = query({
  name: 'deadLetter.byId',
  parameters: { accountId: uuid, deliveryId: uuid },
  row: deadLetterView,
  text: `select ${columns} from ${source} and d.delivery_id = :deliveryId`,
});
const deadLetterPage = query({
  name: 'deadLetter.list',
  parameters: {
    accountId: uuid,
    consumerId: orNull(text),
    after: orNull(uuid),
    limit: integer,
  },
  row: deadLetterView,
  text: `select ${columns} from ${source} and (:after is null or d.delivery_id > :after)
     and (:consumerId is null or d.consumer_id = :consumerId)
   order by d.delivery_id limit :limit`,
});
const deadLetterCounts = query({
  name: 'deadLetter.counts',
  parameters: { limit: integer },
  row: deadLetterCountView,
  text: `select c.account_id, c.consumer_id, c.count, c.oldest_dead_at
   from platform.dead_letter_counts() c order by c.oldest_dead_at limit :limit`,
});

/** Dead letters of an account; in the platform's scope, those of no account. */
export const deadLetterViews = (scope: ReadScope) => ({
  async byId(deliveryId: string): Promise<DeadLetterView | undefined> {
    const [letter] = await scope.read(deadLetterById, { accountId: scope.accountId, deliveryId });
    return letter;
  },

  /** By account and consumer, for the platform alone. */
  counts: (limit: number): Promise<DeadLetterCountView[]> =>
    scope.read(deadLetterCounts, { limit }),

  /** Oldest first, from after an id. */
  page: (
    consumerId: string | null,
    after: string | null,
    limit: number,
  ): Promise<DeadLetterView[]> =>
    scope.read(deadLetterPage, { accountId: scope.accountId, consumerId, after, limit }),
});
