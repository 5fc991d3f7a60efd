import { holds, limitOfFound, rowsBy, type AdminConnection, type RowInvariant } from '../shared/invariant.js';

export const identityInvariants: readonly RowInvariant[] = [
  holds(
    'I2',
    'a code that was asked for and its event',
    `select t.token_id::text as found from identity.tokens t where not exists (select 1 from platform.events e
       where e.event_type = 'OTP_DELIVERY_REQUESTED' and e.subject_id = t.token_id::text)`,
  ),
  holds(
    'I7',
    'what a plan counts is what there is',
    `select f.account_id || ' ' || f.resource || ': ' || f.used || ' ≠ ' || f.counted as found from identity.usage_faults() f`,
  ),
];

export function createIdentityInvariantViews(admin: AdminConnection) {
  const rows = rowsBy(admin);
  return {
    /** Codes whose delivery was started and has no end yet. */
    async startedDeliveries(limit: number): Promise<string[]> {
      const found = await rows<{ tokenId: string }>(
        `select t.token_id as "tokenId" from identity.tokens t join platform.events e on e.event_type = 'OTP_DELIVERY_REQUESTED'
           and e.subject_type = 'otp' and e.subject_id = t.token_id::text
         join platform.deliveries d on d.event_id = e.event_id and d.consumer_id = 'internal/otp-delivery' and d.state = 'SENT'
         where t.delivery_status = 'QUEUED' and t.used_at is null and t.revoked_at is null and t.expires_at > now()
         order by t.token_id desc limit $1`,
        [limit],
      );
      return found.map(({ tokenId }) => tokenId);
    },

    /** Of the given addresses, those that no user has. */
    async usersLost(emails: readonly string[]): Promise<string[]> {
      const lost = await rows<{ at: number }>(
        `select g.ordinal::int as at from unnest($1::text[]) with ordinality as g(email, ordinal)
         where not exists (select 1 from identity.users u where u.email = g.email::public.citext) limit ${limitOfFound}`,
        [emails],
      );
      return lost.map(({ at }) => `registration ${at}`);
    },
  };
}
