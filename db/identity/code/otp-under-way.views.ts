import type { Channel } from '../../../workflows/identity/otp.contract.js';
import { arrayOf, float, textOf, uuid, type Values } from '../../connection/column.js';
import { platformAccountId, type ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { underWayPageSize } from '../../shared/under-way.js';

const delivery = {
  tokenId: uuid,
  /** In the order of the tries. */
  channels: arrayOf(textOf<Channel>()),
};
type OtpUnderWay = Values<typeof delivery>;

const deliveriesUnderWay = query({
  name: 'under_way.deliveries',
  parameters: { after: uuid, graceMs: float },
  row: delivery,
  text: `select t.token_id, array(select c.channel from identity.token_channels c where c.token_id = t.token_id
     order by c.position) as channels
   from identity.tokens t where t.delivery_status = 'QUEUED' and t.token_id > :after
     and t.created_at < now() - :graceMs * interval '1 millisecond'
   order by t.token_id limit ${underWayPageSize}`,
});

/** Codes with an unended delivery, page by page in the order of the ids; none behind the last. */
export const otpUnderWayViews = (scope: ReadScope, graceMs: number) => ({
  deliveries: (after?: OtpUnderWay): Promise<OtpUnderWay[]> =>
    scope.read(deliveriesUnderWay, { after: after?.tokenId ?? platformAccountId, graceMs }),
});
