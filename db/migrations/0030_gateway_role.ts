import type { Knex } from 'knex';

/** Tables read in the owner's name for a question about one session. */
const lookedAt = [
  'identity.user_sessions',
  'identity.users',
  'identity.access_grants',
  'identity.accounts',
];

/**
 * The MQTT gateway parses bytes of strangers, so the gateway signs no context and opens no sealed
 * key. The gateway's role sees ids of users and devices with a changed standing, public keys, and
 * the standing of a session given by name; and the role reports refusals.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    grant usage on schema platform, identity, water to millrace_gateway;

    create policy gateway on platform.standing_changes for select to millrace_gateway using (true);
    grant select (change_id, changed_in, kind, subject_id) on platform.standing_changes to millrace_gateway;

    create policy gateway on identity.signing_keys for select to millrace_gateway using (retired_at is null);
    grant select (kid, public_jwk, retired_at) on identity.signing_keys to millrace_gateway;

    ${lookedAt.map((table) => `create policy lookup on ${table} for select to millrace_owner using (true);`).join('\n    ')}
    -- Whoever asks names the session and its principal, as a token does, and cannot list what there is.
    create function identity.session_standing(named_session uuid, named_principal uuid)
      returns table (user_id uuid, epoch integer, expires_at timestamptz, is_open boolean, memberships json)
      language sql stable security definer set search_path = pg_catalog, pg_temp begin atomic
      select s.user_id, u.epoch, least(s.expires_at, s.absolute_until),
        s.revoked_at is null and least(s.expires_at, s.absolute_until) > now() and u.status = 'ACTIVE',
        coalesce((select json_agg(json_build_object('accountId', g.account_id, 'role', g.role) order by g.created_at, g.account_id)
          from identity.access_grants g
          where g.principal_id = s.principal_id and g.resource_type = 'account' and g.resource_id = g.account_id), '[]')
      from identity.user_sessions s join identity.users u on u.user_id = s.user_id
      where s.session_id = named_session and s.principal_id = named_principal;
    end;
    grant execute on function identity.session_standing to millrace_gateway;

    -- What was refused, until it is told as an event and an entry of the audit log.
    create table water.access_refusals (
      account_id uuid not null,
      refusal_id uuid not null,
      kind text not null check (kind in ('device', 'listener')),
      subject_id text not null,
      reason text not null check (reason ~ '^[A-Z][A-Z0-9_]{1,39}$'),
      count bigint not null check (count > 0),
      first_at timestamptz not null,
      last_at timestamptz not null,
      -- As an entry of the audit log may hold it.
      address text check (address ~ '^[^[:cntrl:]]{1,100}$'),
      primary key (account_id, refusal_id)
    );
    alter table water.access_refusals enable row level security;
    alter table water.access_refusals force row level security;
    create policy intake on water.access_refusals to millrace_owner using (true) with check (true);
    create policy account_and_platform on water.access_refusals for select to millrace_app
      using ((select platform.current_account_id()) = any (array[account_id, platform.nil_uuid()]));
    create policy account_delete on water.access_refusals for delete to millrace_app
      using (account_id = (select platform.current_account_id()));
    grant select, delete on water.access_refusals to millrace_app;

    -- Of whoever had the device when it happened, or has the account that was named; of others nothing is kept.
    create function water.take_access_refusals(refusals jsonb) returns void
      language sql volatile security definer set search_path = pg_catalog, pg_temp begin atomic
      insert into water.access_refusals (account_id, refusal_id, kind, subject_id, reason, count, first_at, last_at, address)
      select o.account_id, r.refusal_id, r.kind, r.subject_id, r.reason, r.count, r.first_at, r.last_at, r.address
      from jsonb_to_recordset(refusals) as r(refusal_id uuid, kind text, subject_id text, reason text, count bigint,
        first_at timestamptz, last_at timestamptz, address text)
      cross join lateral (
        select had.account_id from (
          select a.account_id, a.detached_at from water.device_attachments a
          where r.kind = 'device' and a.device_id = r.subject_id and a.attached_at <= r.first_at
          order by a.attached_at desc limit 1) had
        where had.detached_at is null or had.detached_at > r.first_at
        union all
        select c.account_id from identity.accounts c
        where c.account_id = case r.kind when 'listener' then r.subject_id::uuid end
      ) o
      on conflict (account_id, refusal_id) do nothing;
    end;
    grant execute on function water.take_access_refusals to millrace_gateway;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function water.take_access_refusals, identity.session_standing;
    drop table water.access_refusals;
    ${lookedAt.map((table) => `drop policy lookup on ${table};`).join('\n    ')}
    drop policy gateway on identity.signing_keys;
    drop policy gateway on platform.standing_changes;
    revoke select (kid, public_jwk, retired_at) on identity.signing_keys from millrace_gateway;
    revoke select (change_id, changed_in, kind, subject_id) on platform.standing_changes from millrace_gateway;
    revoke usage on schema platform, identity, water from millrace_gateway;
  `);
}
