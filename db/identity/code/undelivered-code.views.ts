import type {
  Channel,
  DeliveryFailure,
  TokenPurpose,
} from '../../../workflows/identity/otp.contract.js';
import {
  builtJson,
  integer,
  orNull,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

interface TriedChannel {
  channel: Channel;
  identifier: string | null;
  is_sent: boolean;
  /** Of the last try; null where none has failed yet. */
  failure_reason: DeliveryFailure | null;
  failure_code: string | null;
  failed_at: string | null;
}

const undeliveredCode = {
  token_id: uuid,
  purpose: textOf<TokenPurpose>(),
  delivery_status: textOf<'QUEUED' | 'FAILED'>(),
  created_at: timestamp,
  expires_at: timestamp,
  channels: builtJson<TriedChannel[]>(),
};
type UndeliveredCodeRow = Values<typeof undeliveredCode>;

/** Under way for longer than a provider's hiccup, or given up. */
const undeliveredPage = query({
  name: 'undeliveredCode.page',
  parameters: { before: orNull(uuid), limit: integer },
  row: undeliveredCode,
  text: `select t.token_id, t.purpose, t.delivery_status, t.created_at, t.expires_at, (
     select json_agg(json_build_object('channel', c.channel, 'is_sent', c.sent_at is not null,
       'failure_reason', c.failure_reason, 'failure_code', c.failure_code,
       'failed_at', to_char(c.failed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'identifier',
       coalesce(c.identifier, case c.channel when 'SMS' then u.phone_e164 else u.email::text end)) order by c.position)
     from identity.token_channels c join identity.users u on u.user_id = t.user_id where c.token_id = t.token_id) as channels
   from identity.tokens t
   where t.token_id < coalesce(:before, 'ffffffff-ffff-ffff-ffff-ffffffffffff') and (t.delivery_status = 'FAILED'
     or t.delivery_status = 'QUEUED' and t.created_at < now() - interval '30 seconds')
   order by t.token_id desc limit :limit`,
});

/** One-time codes not sent yet, newest first, before an id. */
export const undeliveredCodeViews = (scope: ReadScope) => ({
  page: (before: string | null, limit: number): Promise<UndeliveredCodeRow[]> =>
    scope.read(undeliveredPage, { before, limit }),
});
