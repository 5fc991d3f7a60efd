import { eventEnvelope, type EventEnvelope } from '../../../workflows/platform/event.contract.js';
import { bigInteger, integer, orNull, text, uuid, type Columns } from '../../connection/column.js';
import { platformAccountId, type ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { storedEvent, storedEventColumns } from './event.store.js';

export interface EventFilter {
  eventType: string | null;
  subjectType: string | null;
  subjectId: string | null;
}

/** An event's positions in the orders of emission and of dispatch. */
const numberedEvent = { ...storedEvent, position: bigInteger, dispatchNo: orNull(bigInteger) };
const columns = `${storedEventColumns}, e.position, e.dispatch_no`;

/** Each side of an account's events has a separate index. */
const ofAccount = (condition: string, order: string) => `
  (select ${columns} from platform.events e
   where e.account_id = :accountId and ${condition} order by ${order} limit :limit)
  union all
  (select ${columns} from platform.events e
   where e.counterpart_account_id = :accountId and e.account_id is distinct from :accountId
     and ${condition} order by ${order} limit :limit)`;

const pageParameters = {
  before: orNull(bigInteger),
  eventType: orNull(text),
  subjectType: orNull(text),
  subjectId: orNull(text),
  limit: integer,
} satisfies Columns;
const isOfPage = `(:before is null or e.position < :before)
     and (:eventType is null or e.event_type = :eventType)
     and (:subjectType is null or e.subject_type = :subjectType)
     and (:subjectId is null or e.subject_id = :subjectId)`;

const eventPage = query({
  name: 'event.page',
  parameters: { ...pageParameters, accountId: uuid },
  row: numberedEvent,
  text: `select * from (${ofAccount(isOfPage, 'e.position desc')}) found
   order by position desc limit :limit`,
});
const eventPageOfNobody = query({
  name: 'event.pageOfNobody',
  parameters: pageParameters,
  row: numberedEvent,
  text: `select ${columns} from platform.events e
   where e.account_id is null and ${isOfPage} order by e.position desc limit :limit`,
});
const eventsBehind = query({
  name: 'event.after',
  parameters: { accountId: uuid, dispatchNo: bigInteger, limit: integer },
  row: { ...numberedEvent, dispatchNo: bigInteger },
  text: `select * from (${ofAccount('e.dispatch_no > :dispatchNo', 'e.dispatch_no')}) found
   order by dispatch_no limit :limit`,
});
const eventById = query({
  name: 'event.byId',
  parameters: { accountId: uuid, eventId: uuid },
  row: numberedEvent,
  text: `select ${columns} from platform.events e
   where e.event_id = :eventId and :accountId in (e.account_id, e.counterpart_account_id)`,
});
const newestDispatch = query({
  name: 'event.newest',
  row: { lastNo: bigInteger },
  text: 'select c.last_no from platform.dispatch_counter c',
});

/**
 * Events visible to the owning account and the counterpart. The platform sees events of no account.
 */
export const eventViews = (scope: ReadScope) => ({
  /** Newest first, before a position. */
  async page(filter: EventFilter, before: number | null, limit: number) {
    const { accountId } = scope;
    const asked = { ...filter, before, limit };
    const rows =
      accountId === platformAccountId
        ? await scope.read(eventPageOfNobody, asked)
        : await scope.read(eventPage, { ...asked, accountId });
    return rows.map((row) => ({ position: row.position, event: eventEnvelope(row) }));
  },

  async byId(eventId: string): Promise<EventEnvelope | undefined> {
    const [row] = await scope.read(eventById, { accountId: scope.accountId, eventId });
    return row && eventEnvelope(row);
  },

  /** In dispatch order, after a dispatch number. */
  async after(dispatchNo: number, limit: number) {
    const asked = { accountId: scope.accountId, dispatchNo, limit };
    const rows = await scope.read(eventsBehind, asked);
    return rows.map((row) => ({ dispatchNo: row.dispatchNo, event: eventEnvelope(row) }));
  },

  /** The number an event was dispatched with; undefined when the account has no such event. */
  async dispatchNoOf(eventId: string): Promise<number | undefined> {
    const [row] = await scope.read(eventById, { accountId: scope.accountId, eventId });
    return row?.dispatchNo ?? undefined;
  },

  /** The number of the event dispatched last, of anybody's. */
  async newestNo(): Promise<number> {
    const [newest] = await scope.read(newestDispatch, {});
    return newest?.lastNo ?? 0;
  },
});
export type EventViews = ReturnType<typeof eventViews>;
