import { arrayOf, integer, text, uuid } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { holds, limitOfFound, type RowInvariant } from '../shared/invariant.js';

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
  holds(
    'I12',
    'an API key that is good is of a member who is not disabled',
    `select k.api_key_id::text as found from identity.api_keys k
     where k.revoked_at is null and k.expires_at > now() and not exists (
       select 1 from identity.access_grants g join identity.users u using (principal_id)
       where g.account_id = k.account_id and g.principal_id = k.created_by
         and g.resource_type = 'account' and g.resource_id = k.account_id and u.status <> 'DISABLED')`,
  ),
  holds(
    'I12',
    'an open session is of a user who may sign in',
    `select s.session_id::text as found from identity.user_sessions s join identity.users u on u.user_id = s.user_id
     where s.revoked_at is null and least(s.expires_at, s.absolute_until) > now() and u.status <> 'ACTIVE'`,
  ),
  holds(
    'I12',
    'an active user has a principal, and a proved identifier one user',
    `select u.user_id::text as found from identity.users u where u.status = 'ACTIVE' and u.principal_id is null
     union all select min(u.user_id::text) from identity.users u where u.email_verified_at is not null
       group by u.email having count(*) > 1
     union all select min(u.user_id::text) from identity.users u where u.phone_verified_at is not null
       group by u.phone_e164 having count(*) > 1`,
  ),
  holds(
    'I12',
    'an organisation with members has an owner',
    `select a.account_id::text as found from identity.accounts a
     where a.kind = 'ORGANIZATION' and exists (select from identity.access_grants g where g.account_id = a.account_id)
       and not exists (select from identity.access_grants g where g.account_id = a.account_id
         and g.resource_type = 'account' and g.role = 'OWNER')`,
  ),
  holds(
    'I12',
    'one key signs, and no key stays past its time',
    `select 'no current key' as found where exists (select 1 from identity.signing_keys)
       and not exists (select 1 from identity.signing_keys c where c.state = 'CURRENT')
     -- The schedule is hourly, and may be late.
     union all select k.state || ' ' || k.kid from identity.signing_keys k
       where k.state = 'RETIRING' and k.retire_at < now() - interval '3 hours'
         or k.state = 'NEXT' and k.active_from < now() - interval '3 hours'`,
  ),
];

const startedDeliveries = query({
  name: 'invariants.started_deliveries',
  parameters: { limit: integer },
  row: { tokenId: uuid },
  text: `
  select t.token_id from identity.tokens t
  join platform.events e on e.event_type = 'OTP_DELIVERY_REQUESTED'
    and e.subject_type = 'otp' and e.subject_id = t.token_id::text
  join platform.deliveries d on d.event_id = e.event_id
    and d.consumer_id = 'internal/otp-delivery' and d.state = 'SENT'
  where t.delivery_status = 'QUEUED' and t.used_at is null and t.revoked_at is null
    and t.expires_at > now()
  order by t.token_id desc limit :limit`,
});
const startedNotices = query({
  name: 'invariants.started_notices',
  parameters: { limit: integer },
  row: { eventId: uuid },
  text: `
  select n.event_id from identity.notices n
  join platform.deliveries d on d.event_id = n.event_id
    and d.consumer_id = 'internal/security-notice' and d.state = 'SENT'
  where n.status = 'QUEUED'
  order by n.event_id desc limit :limit`,
});
const startedInvites = query({
  name: 'invariants.started_invites',
  parameters: { limit: integer },
  row: { inviteId: uuid },
  text: `
  select i.invite_id from identity.invites i
  where i.status = 'PENDING' and exists (select 1 from platform.events e
    join platform.deliveries d on d.event_id = e.event_id
      and d.consumer_id = 'internal/account-invite' and d.state = 'SENT'
    where e.event_type = 'ORG_INVITE_SENT' and e.subject_type = 'invite' and e.subject_id = i.invite_id::text)
  order by i.invite_id desc limit :limit`,
});
const endedInvites = query({
  name: 'invariants.ended_invites',
  parameters: { inviteIds: arrayOf(uuid) },
  row: { inviteId: uuid },
  text: `select i.invite_id from identity.invites i where i.invite_id = any (:inviteIds) and i.status <> 'PENDING'`,
});
const unknownEmails = query({
  name: 'invariants.unknown_emails',
  parameters: { emails: arrayOf(text) },
  row: { place: integer },
  text: `
  select g.ordinal::int as place from unnest(:emails) with ordinality as g(email, ordinal)
  where not exists (select 1 from identity.users u where u.email = g.email::public.citext)
  limit ${limitOfFound}`,
});

/** In a scope that sees past every policy. */
export const identityInvariantViews = (scope: ReadScope) => ({
  /** Codes with a delivery started and not ended. */
  async startedDeliveries(limit: number): Promise<string[]> {
    const started = await scope.read(startedDeliveries, { limit });
    return started.map(({ tokenId }) => tokenId);
  },

  /** Notices with a start and without an end. */
  async startedNotices(limit: number): Promise<string[]> {
    const started = await scope.read(startedNotices, { limit });
    return started.map(({ eventId }) => eventId);
  },

  /** Open invites with a start. */
  async startedInvites(limit: number): Promise<string[]> {
    const started = await scope.read(startedInvites, { limit });
    return started.map(({ inviteId }) => inviteId);
  },

  /** The ended invites among the ids. */
  async endedInvites(inviteIds: readonly string[]): Promise<string[]> {
    const ended = await scope.read(endedInvites, { inviteIds: [...inviteIds] });
    return ended.map(({ inviteId }) => inviteId);
  },

  /** Those of the given addresses without a user. */
  async usersLost(emails: readonly string[]): Promise<string[]> {
    const lost = await scope.read(unknownEmails, { emails });
    return lost.map(({ place }) => `registration ${place}`);
  },
});
