import { eventEnvelope, type EventEnvelope } from '../../workflows/platform/event.contract.js';
import { statement, type Reader } from '../shared/database.js';
import { storedEventColumns, type StoredEvent } from './event.store.js';

export interface EventFilter {
  eventType: string | null;
  subjectType: string | null;
  subjectId: string | null;
}

type Numbered = StoredEvent & { position: number; dispatchNo: number };

/** Each side of an account's events has an index of its own. */
const ofAccount = (condition: string, order: string) => `
  (select ${storedEventColumns}, e.position, e.dispatch_no as "dispatchNo" from platform.events e
   where e.account_id = $1 and ${condition} order by ${order} limit $2)
  union all
  (select ${storedEventColumns}, e.position, e.dispatch_no as "dispatchNo" from platform.events e
   where e.counterpart_account_id = $1 and e.account_id is distinct from $1 and ${condition} order by ${order} limit $2)`;

const page = statement(
  'event.page',
  `select * from (${ofAccount(
    `($3::bigint is null or e.position < $3) and ($4::text is null or e.event_type = $4)
     and ($5::text is null or e.subject_type = $5) and ($6::text is null or e.subject_id = $6)`,
    'e.position desc',
  )}) found order by position desc limit $2`,
);
const pageOfNobody = statement(
  'event.pageOfNobody',
  `select ${storedEventColumns}, e.position from platform.events e
   where e.account_id is null and ($2::bigint is null or e.position < $2) and ($3::text is null or e.event_type = $3)
     and ($4::text is null or e.subject_type = $4) and ($5::text is null or e.subject_id = $5)
   order by e.position desc limit $1`,
);
const after = statement(
  'event.after',
  `select * from (${ofAccount('e.dispatch_no > $3', 'e.dispatch_no')}) found order by "dispatchNo" limit $2`,
);
const byId = statement(
  'event.byId',
  `select ${storedEventColumns}, e.position, e.dispatch_no as "dispatchNo" from platform.events e
   where e.event_id = $2 and $1 in (e.account_id, e.counterpart_account_id)`,
);
const newest = statement('event.newest', 'select c.last_no as "lastNo" from platform.dispatch_counter c');

/** What has happened, to whoever may see it: the account it belongs to, and its counterpart. */
export function createEventViews(read: Reader) {
  return {
    /** Newest first, before a position; of no account where it is null. */
    async page(accountId: string | null, filter: EventFilter, before: number | null, limit: number) {
      const { eventType, subjectType, subjectId } = filter;
      const rows =
        accountId === null
          ? await read.inPlatform<Numbered>(pageOfNobody, [limit, before, eventType, subjectType, subjectId])
          : await read.inAccount<Numbered>(accountId, page, [
              ...[accountId, limit, before, eventType, subjectType, subjectId],
            ]);
      return rows.map((row) => ({ position: row.position, event: eventEnvelope(row) }));
    },

    async byId(accountId: string, eventId: string): Promise<EventEnvelope | undefined> {
      const [row] = await read.inAccount<Numbered>(accountId, byId, [accountId, eventId]);
      return row && eventEnvelope(row);
    },

    /** In the order in which they were dispatched, from after a number. */
    async after(accountId: string, dispatchNo: number, limit: number) {
      const rows = await read.inAccount<Numbered>(accountId, after, [accountId, limit, dispatchNo]);
      return rows.map((row) => ({ dispatchNo: row.dispatchNo, event: eventEnvelope(row) }));
    },

    /** The number an event was dispatched with; undefined when the account has no such event. */
    async dispatchNoOf(accountId: string, eventId: string): Promise<number | undefined> {
      return (await read.inAccount<Numbered>(accountId, byId, [accountId, eventId]))[0]?.dispatchNo ?? undefined;
    },

    /** The number of the event dispatched last, of anybody's. */
    async newestNo(): Promise<number> {
      return (await read.inPlatform<{ lastNo: number }>(newest, []))[0]?.lastNo ?? 0;
    },
  };
}
export type EventViews = ReturnType<typeof createEventViews>;
