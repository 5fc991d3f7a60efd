import type { Channel } from '../../workflows/identity/otp.contract.js';
import { platformAccountId, statement, type Reader } from '../shared/database.js';
import { underWayPageSize } from '../shared/under-way.js';

export interface DeliveryUnderWay {
  tokenId: string;
  /** In the order in which they are tried. */
  channels: Channel[];
}

const deliveries = statement(
  'under_way.deliveries',
  `select t.token_id as "tokenId", array(select c.channel from identity.token_channels c where c.token_id = t.token_id
     order by c.position) as channels
   from identity.tokens t where t.delivery_status = 'QUEUED' and t.token_id > $1::uuid and t.created_at < now() - $2::float * interval '1 millisecond'
   order by t.token_id limit ${underWayPageSize}`,
);
/** Codes whose delivery has no end yet, page by page in the order of their ids; none behind the last. */
export const createIdentityUnderWayViews = (read: Reader, graceMs: number) => ({
  deliveries: (after?: DeliveryUnderWay) =>
    read.inPlatform<DeliveryUnderWay>(deliveries, [after?.tokenId ?? platformAccountId, graceMs]),
});
