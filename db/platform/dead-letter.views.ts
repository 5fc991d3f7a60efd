import { platformAccountId } from '../shared/context.js';
import { statement, type Reader } from '../shared/database.js';

export interface DeadLetterView {
  dead_letter_id: string;
  consumer_id: string;
  event_id: string;
  event_type: string;
  subject_type: string;
  subject_id: string;
  attempts: number;
  last_error: string | null;
  dead_at: string;
  /** Set when it no longer holds what follows it. */
  released_at: string | null;
  /** What waits behind it, counted to a hundred. */
  waiting: number;
}

export interface DeadLetterCountView {
  account_id: string | null;
  consumer_id: string;
  count: number;
  oldest_dead_at: string;
}

const columns = `d.delivery_id as dead_letter_id, d.consumer_id, d.event_id, d.event_type, l.subject_type, l.subject_id,
  d.attempts, d.last_error, d.dead_at, d.released_at, (select count(*) from (select 1 from platform.deliveries w
    where w.lane_id = d.lane_id and w.subject_seq > d.subject_seq and w.state = 'PENDING' limit 100) waiting)::int as waiting`;
const source = `platform.deliveries d join platform.lanes l using (lane_id)
  where coalesce(d.account_id, platform.nil_uuid()) = $1 and d.state = 'DEAD'`;

const byId = statement('deadLetter.byId', `select ${columns} from ${source} and d.delivery_id = $2`);
const list = statement(
  'deadLetter.list',
  `select ${columns} from ${source} and ($2::uuid is null or d.delivery_id > $2) and ($3::text is null or d.consumer_id = $3)
   order by d.delivery_id limit $4`,
);

const counts = statement(
  'deadLetter.counts',
  `select c.account_id, c.consumer_id, c.count, c.oldest_dead_at from platform.dead_letter_counts() c
   order by c.oldest_dead_at limit $1`,
);

/** Dead letters of an account; of no account where it is null. */
export function createDeadLetterViews(read: Reader) {
  const of = (accountId: string | null) => accountId ?? platformAccountId;
  return {
    async byId(accountId: string | null, deliveryId: string): Promise<DeadLetterView | undefined> {
      return (await read.inAccount<DeadLetterView>(of(accountId), byId, [of(accountId), deliveryId]))[0];
    },
    /** By account and consumer, for the platform alone. */
    counts: (limit: number): Promise<DeadLetterCountView[]> => read.inPlatform<DeadLetterCountView>(counts, [limit]),
    /** Oldest first, from after an id. */
    list: (
      accountId: string | null,
      consumerId: string | null,
      after: string | null,
      limit: number,
    ): Promise<DeadLetterView[]> =>
      read.inAccount<DeadLetterView>(of(accountId), list, [of(accountId), after, consumerId, limit]),
  };
}
export type DeadLetterViews = ReturnType<typeof createDeadLetterViews>;
