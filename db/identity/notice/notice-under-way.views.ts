import { float, uuid, type Values } from '../../connection/column.js';
import { platformAccountId, type ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { underWayPageSize } from '../../shared/under-way.js';

const notice = { eventId: uuid };
type NoticeUnderWay = Values<typeof notice>;

const noticesUnderWay = query({
  name: 'under_way.notices',
  parameters: { after: uuid, graceMs: float },
  row: notice,
  text: `select n.event_id from identity.notices n where n.status = 'QUEUED' and n.event_id > :after
     and n.created_at < now() - :graceMs * interval '1 millisecond'
   order by n.event_id limit ${underWayPageSize}`,
});

/** Notices that have not ended, page by page in the order of the ids; none behind the last. */
export const noticeUnderWayViews = (scope: ReadScope, graceMs: number) => ({
  notices: (after?: NoticeUnderWay): Promise<NoticeUnderWay[]> =>
    scope.read(noticesUnderWay, { after: after?.eventId ?? platformAccountId, graceMs }),
});
