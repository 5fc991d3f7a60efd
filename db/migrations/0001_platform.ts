import type { Knex } from 'knex';

/** The base of every domain: the signed context, the event outbox, monthly partitions. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema platform;
    revoke all on schema public from public;
    grant usage on schema public, platform to millrace_app, millrace_relay, millrace_ingest, millrace_market;

    create table platform.context_keys (
      id boolean primary key default true check (id),
      key text not null
    );

    create function platform.nil_uuid() returns uuid language sql immutable parallel safe
      as $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;

    -- The only reader of the key. Garbage, a foreign backend, an expired or a forged context are all no context.
    create function platform.verified_context() returns text[] language plpgsql stable security definer
      set search_path = pg_catalog, pg_temp as $$
    declare
      raw text := current_setting('millrace.context', true);
      parts text[];
      secret text;
    begin
      if raw is null or raw = '' then return null; end if;
      parts := string_to_array(raw, '|');
      if array_length(parts, 1) is distinct from 5 or parts[3] !~ '^[0-9]{1,12}$' then return null; end if;
      if parts[4] is distinct from pg_backend_pid()::text then return null; end if;
      if parts[3]::bigint < extract(epoch from clock_timestamp()) then return null; end if;
      select context_keys.key into secret from platform.context_keys;
      if secret is null or parts[5] is distinct from encode(public.hmac(
        concat_ws('|', parts[1], parts[2], parts[3], parts[4]), secret, 'sha256'), 'hex') then return null; end if;
      return parts;
    end $$;

    create function platform.current_account_id() returns uuid language sql stable
      as $$ select nullif((platform.verified_context())[1], '')::uuid $$;
    create function platform.current_principal_id() returns uuid language sql stable
      as $$ select nullif((platform.verified_context())[2], '')::uuid $$;

    -- The smallest UUID v7 of a moment, so that tables keyed by one can be partitioned by time.
    create function platform.uuid_at(moment timestamptz) returns uuid language sql immutable
      as $$ select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid $$;

    -- Makes the monthly partitions of a table from last month to some months ahead. Repeating it changes nothing.
    create function platform.ensure_partitions(parent text, months_ahead integer, by_uuid boolean default false)
      returns void language plpgsql as $$
    declare
      month timestamptz;
      name text;
    begin
      for month in select generate_series(date_trunc('month', now() at time zone 'UTC') - interval '1 month',
          date_trunc('month', now() at time zone 'UTC') + make_interval(months => months_ahead), interval '1 month') at time zone 'UTC'
      loop
        name := parent || '_' || to_char(month at time zone 'UTC', 'YYYYMM');
        execute format('create table if not exists %s partition of %s for values from (%L) to (%L)', name, parent,
          case when by_uuid then platform.uuid_at(month)::text else month::text end,
          case when by_uuid then platform.uuid_at(month + interval '1 month')::text else (month + interval '1 month')::text end);
      end loop;
    end $$;

    -- Hands out a subject's sequence numbers; the row lock makes them follow the order of commits, without gaps.
    create table platform.event_subjects (
      subject_type text not null,
      subject_id text not null,
      last_seq bigint not null,
      primary key (subject_type, subject_id)
    );

    create sequence platform.event_positions;

    create table platform.events (
      event_id uuid not null primary key,
      account_id uuid,
      counterpart_account_id uuid,
      topic text not null,
      event_type text not null,
      event_version integer not null,
      subject_type text not null,
      subject_id text not null,
      subject_seq bigint not null,
      occurred_at timestamptz not null,
      actor_principal_id uuid,
      correlation_id text,
      causation_id uuid,
      payload jsonb not null,
      -- Drawn after the subject's lock, so it rises within a subject. Across subjects it is not the order of commits:
      -- a reader with a cursor reads only below pg_snapshot_xmin(pg_current_snapshot()).
      position bigint not null default nextval('platform.event_positions'),
      xid xid8 not null default pg_current_xact_id(),
      attempts integer not null default 0,
      available_at timestamptz not null default now(),
      dispatched_at timestamptz,
      dead_lettered_at timestamptz,
      last_error text
    ) partition by range (event_id);
    create table platform.events_default partition of platform.events default;
    create index on platform.events (position) where dispatched_at is null;
    create index on platform.events (subject_type, subject_id, subject_seq);
    create index on platform.events (account_id, position);
    create index on platform.events (counterpart_account_id, position) where counterpart_account_id is not null;
    alter table platform.events enable row level security;
    alter table platform.events force row level security;
    create policy account on platform.events to millrace_app
      using ((select platform.current_account_id()) = any (array[coalesce(account_id, platform.nil_uuid()), counterpart_account_id]))
      with check ((select platform.current_account_id()) = any (array[coalesce(account_id, platform.nil_uuid()), counterpart_account_id]));
    create policy relay on platform.events to millrace_relay using (true) with check (true);
    create policy ingest on platform.events to millrace_ingest using (true) with check (true);

    grant usage on sequence platform.event_positions to millrace_app, millrace_ingest;
    grant select, insert, update on platform.event_subjects to millrace_app, millrace_ingest;
    grant select, insert on platform.events to millrace_app, millrace_ingest;
    grant select, update on platform.events to millrace_relay;
    select platform.ensure_partitions('platform.events', 3, true);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema platform cascade');
}
