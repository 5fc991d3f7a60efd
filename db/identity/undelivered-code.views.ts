import type { Channel, DeliveryFailure, TokenPurpose } from '../../workflows/identity/otp.contract.js';
import { statement, type Reader } from '../shared/database.js';

export interface UndeliveredCodeRow {
  token_id: string;
  purpose: TokenPurpose;
  delivery_status: 'QUEUED' | 'FAILED';
  created_at: string;
  expires_at: string;
  channels: {
    channel: Channel;
    identifier: string | null;
    is_sent: boolean;
    /** Of the last try; null where none has failed yet. */
    failure_reason: DeliveryFailure | null;
    failure_code: string | null;
    failed_at: string | null;
  }[];
}

/** Under way for longer than a provider's hiccup, or given up. */
const page = statement(
  'undeliveredCode.page',
  `select t.token_id, t.purpose, t.delivery_status, t.created_at, t.expires_at, (
     select json_agg(json_build_object('channel', c.channel, 'is_sent', c.sent_at is not null,
       'failure_reason', c.failure_reason, 'failure_code', c.failure_code,
       'failed_at', to_char(c.failed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'identifier',
       coalesce(c.identifier, case c.channel when 'SMS' then u.phone_e164 else u.email::text end)) order by c.position)
     from identity.token_channels c join identity.users u on u.user_id = t.user_id where c.token_id = t.token_id) as channels
   from identity.tokens t
   where t.token_id < coalesce($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') and (t.delivery_status = 'FAILED'
     or t.delivery_status = 'QUEUED' and t.created_at < now() - interval '30 seconds')
   order by t.token_id desc limit $2`,
);

/** One-time codes that have not gone out, newest first, before an id. */
export const createUndeliveredCodeViews = (read: Reader) => ({
  page: (before: string | null, limit: number) => read.inPlatform<UndeliveredCodeRow>(page, [before, limit]),
});
