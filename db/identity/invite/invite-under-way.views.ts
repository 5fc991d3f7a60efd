import { float, uuid, type Values } from '../../connection/column.js';
import { platformAccountId, type ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { underWayPageSize } from '../../shared/under-way.js';

const invite = { inviteId: uuid };
type InviteUnderWay = Values<typeof invite>;

const invitesUnderWay = query({
  name: 'under_way.invites',
  parameters: { after: uuid, graceMs: float },
  row: invite,
  text: `select i.invite_id from identity.invites i where i.status = 'PENDING' and i.invite_id > :after
     and i.created_at < now() - :graceMs * interval '1 millisecond'
   order by i.invite_id limit ${underWayPageSize}`,
});

/** Open invites, page by page in the order of the ids; none behind the last. */
export const inviteUnderWayViews = (scope: ReadScope, graceMs: number) => ({
  invites: (after?: InviteUnderWay): Promise<InviteUnderWay[]> =>
    scope.read(invitesUnderWay, { after: after?.inviteId ?? platformAccountId, graceMs }),
});
