import type { Knex } from 'knex';

const caller = '(select platform.current_account_id())';
const incoming = `event_ids uuid[], account_ids uuid[], counterpart_ids uuid[], topics text[], event_types text[],
      event_versions integer[], subject_types text[], subject_ids text[], moments timestamptz[], actors uuid[], causes uuid[],
      payloads jsonb[], correlation text`;
const handedOn = `event_ids, account_ids, counterpart_ids, topics, event_types, event_versions, subject_types, subject_ids,
      moments, actors, causes, payloads, correlation`;
const types =
  'uuid[], uuid[], uuid[], text[], text[], integer[], text[], text[], timestamptz[], uuid[], uuid[], jsonb[], text';
/** Tables read by the functions below in the owner's name. */
const lookedAt = [
  'water.reservoirs',
  'water.device_attachments',
  'water.device_telemetry_messages',
  'water.seller_reservoirs',
  'water.seller_profiles',
  'water.price_rules',
];

/**
 * Writing for another account, or showing another account's rows, needs a reason: an order's
 * context names both parties, events go through one function with a check of the event's accounts,
 * and the public marketplace is two questions about listed stock.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ${lookedAt.map((table) => `create policy lookup on ${table} for select to millrace_owner using (true);`).join('\n    ')}

    -- A context may name a second account that is written for, as that of an order's buyer in its seller's transaction.
    -- Parsed when it is made, it needs no search path of its own, whose setting and taking back was half of what a context
    -- costs the first time in a transaction.
    create or replace function platform.verified_context() returns text[] language sql stable security definer
    begin atomic
      select case when right(c.raw, 64) = encode(public.hmac(left(c.raw, -65), k.key, 'sha256'), 'hex')
        -- Signed by us, so it is as we write it: an expiry in seconds, a backend.
        then case when split_part(c.raw, '|', 4) = pg_backend_pid()::text
          and split_part(c.raw, '|', 3)::bigint >= extract(epoch from clock_timestamp())
          then string_to_array(left(c.raw, -65), '|') end end
      from platform.context_keys k cross join (select current_setting('millrace.context', true) as raw offset 0) c;
    end;
    create function platform.current_counterpart_id() returns uuid language sql stable
      return nullif((platform.verified_context())[5], '')::pg_catalog.uuid;
    grant execute on function platform.current_counterpart_id to millrace_app;

    drop policy parties_insert on water.orders;
    create policy seller_for_buyer on water.orders for insert to millrace_app
      with check (seller_account_id = ${caller} and account_id = (select platform.current_counterpart_id()));

    -- Numbers events under their subjects' locks and stores them. Nobody is granted it: whose they are is looked at before.
    create policy outbox on platform.events to millrace_owner using (true) with check (true);
    alter table platform.event_subjects enable row level security;
    alter table platform.event_subjects force row level security;
    create policy outbox on platform.event_subjects to millrace_owner using (true) with check (true);
    create function platform.store_events(${incoming}) returns boolean language plpgsql
      set search_path = pg_catalog, pg_temp as $$
    begin
      with incoming as (
        select * from unnest(event_ids, account_ids, counterpart_ids, topics, event_types, event_versions, subject_types,
          subject_ids, moments, actors, causes, payloads) with ordinality as i(event_id, account_id, counterpart_account_id,
          topic, event_type, event_version, subject_type, subject_id, occurred_at, actor_principal_id, causation_id, payload, ordinal)
      ), locked as (
        insert into platform.event_subjects as s (subject_type, subject_id, last_seq)
        select i.subject_type, i.subject_id, count(*) from incoming i group by 1, 2 order by 1, 2
        on conflict (subject_type, subject_id) do update set last_seq = s.last_seq + excluded.last_seq
        returning s.subject_type, s.subject_id, s.last_seq
      ), numbered as (
        select i.*, l.last_seq - count(*) over (partition by i.subject_type, i.subject_id)
          + row_number() over (partition by i.subject_type, i.subject_id order by i.ordinal) as subject_seq
        from incoming i join locked l using (subject_type, subject_id)
      )
      insert into platform.events (event_id, account_id, counterpart_account_id, topic, event_type, event_version, subject_type,
        subject_id, subject_seq, occurred_at, actor_principal_id, correlation_id, causation_id, payload)
      select n.event_id, n.account_id, n.counterpart_account_id, n.topic, n.event_type, n.event_version, n.subject_type,
        n.subject_id, n.subject_seq, coalesce(n.occurred_at, clock_timestamp()), n.actor_principal_id, correlation,
        n.causation_id, n.payload
      from numbered n order by n.ordinal;
      return true;
    end $$;

    -- Of the context's account and the second one that it names, as the counterpart too, whom it is told to; the platform tells of
    -- each account that it opens, and is told.
    create function platform.emit_account_events(${incoming}) returns boolean language plpgsql security definer
      set search_path = pg_catalog, pg_temp as $$
    declare
      context text[] := platform.verified_context();
    begin
      if (array_replace(account_ids, null, platform.nil_uuid()) || array_remove(array_remove(counterpart_ids, null), platform.nil_uuid())
        <@ array[nullif(context[1], '')::uuid, context[5]::uuid]) is not true then
        if exists (
          select from unnest(account_ids, counterpart_ids, subject_types, subject_ids)
            as e(account_id, counterpart_id, subject_type, subject_id)
          where context is null or context[1] <> platform.nil_uuid()::text
            or e.counterpart_id <> platform.nil_uuid()
            or (e.account_id is not null and (e.subject_type, e.subject_id) <> ('account', e.account_id::text))
        ) then
          raise exception 'an event is of another account than its context' using errcode = 'insufficient_privilege';
        end if;
      end if;
      return platform.store_events(${handedOn});
    end $$;

    -- Telemetry's own types, of the account that has the reservoir, or has or had the device.
    create function platform.emit_telemetry_events(${incoming}) returns boolean language plpgsql security definer
      set search_path = pg_catalog, pg_temp as $$
    begin
      if exists (
        select from unnest(account_ids, counterpart_ids, event_types, subject_types, subject_ids)
          as e(account_id, counterpart_id, event_type, subject_type, subject_id)
        where e.counterpart_id is not null or not case
          when e.subject_type = 'reservoir' and e.event_type in ('RESERVOIR_LEVEL_READING', 'RESERVOIR_LEVEL_STATE_CHANGED') then
            exists (select from water.reservoirs r where r.account_id = e.account_id and r.reservoir_id = e.subject_id::uuid)
          when e.subject_type = 'device' and e.event_type in ('DEVICE_ONLINE', 'DEVICE_STALE', 'DEVICE_OFFLINE',
            'DEVICE_TELEMETRY_DROPPED_UNATTACHED', 'DEVICE_TELEMETRY_REJECTED', 'DEVICE_TELEMETRY_REFUSED') then
            e.account_id is null or exists (
              select from water.device_attachments a where a.account_id = e.account_id and a.device_id = e.subject_id)
            -- Its reservoir, and the attachment with it, may have gone before its last messages are derived.
            or exists (select from water.device_telemetry_messages m
              where m.device_id = e.subject_id and m.account_id = e.account_id)
          else false end
      ) then
        raise exception 'an event is none of telemetry, or of another account' using errcode = 'insufficient_privilege';
      end if;
      return platform.store_events(${handedOn});
    end $$;

    -- The same words for both; who may execute which of them decides.
    create function platform.emit_events(${incoming}) returns boolean language plpgsql
      set search_path = pg_catalog, pg_temp as $$
    begin
      if current_user = 'millrace_ingest' then
        return platform.emit_telemetry_events(${handedOn});
      end if;
      return platform.emit_account_events(${handedOn});
    end $$;
    grant execute on function platform.emit_events to millrace_app, millrace_ingest;
    grant execute on function platform.emit_account_events to millrace_app;
    grant execute on function platform.emit_telemetry_events to millrace_ingest;

    drop policy account on platform.events;
    create policy account on platform.events for select to millrace_app
      using (${caller} = any (array[coalesce(account_id, platform.nil_uuid()), counterpart_account_id]));
    drop policy ingest on platform.events;
    revoke insert on platform.events from millrace_app;
    revoke all on platform.events from millrace_ingest;
    revoke all on platform.event_subjects from millrace_app, millrace_ingest;
    revoke usage on sequence platform.event_positions from millrace_app, millrace_ingest;

    revoke select on water.device_units from millrace_ingest;
    grant select (device_id, provisioning_status) on water.device_units to millrace_ingest;
  `);
  await knex.raw(`
    -- A policy would forbid the index of positions, whose operators are not leakproof: so functions, which run as the owner.
    create function water.listings(from_lat float8, from_lng float8, radius_m float8, liters numeric, asked_currency text,
        after_chord float8, after_reservoir uuid, most integer)
      returns table (seller_reservoir_id uuid, seller_principal_id uuid, lat float8, lng float8, chord float8, distance_m float8,
        currency text, base_price_per_liter text, delivery_fee_minor bigint, display_name text, is_verified boolean,
        average_rating float8, review_count integer)
      language sql stable security definer set search_path = pg_catalog, pg_temp begin atomic
      select r.reservoir_id, r.account_id, r.lat, r.lng,
        public.ll_to_earth(r.lat, r.lng) operator(public.<->) public.ll_to_earth(from_lat, from_lng),
        round(public.earth_distance(public.ll_to_earth(r.lat, r.lng), public.ll_to_earth(from_lat, from_lng))::numeric, 1)::float8,
        rule.currency, rule.base_price_per_liter::text, rule.delivery_fee_minor,
        p.display_name, p.verification_status = 'VERIFIED',
        round(p.rating_sum::numeric / nullif(p.review_count, 0), 2)::float8, p.review_count
      from water.reservoirs r
      join water.seller_reservoirs s on s.account_id = r.account_id and s.reservoir_id = r.reservoir_id
        and s.seller_availability_status = 'AVAILABLE'
      join water.seller_profiles p on p.account_id = r.account_id and p.status = 'ACTIVE'
      join lateral (
        select k.currency, k.base_price_per_liter, k.delivery_fee_minor from water.price_rules k
        where k.account_id = r.account_id and k.reservoir_id = r.reservoir_id and k.validity @> now()
          and (liters is null or k.volume_band @> liters) and (asked_currency is null or k.currency = asked_currency)
        order by k.price_rule_id limit 1
      ) rule on true
      where r.lat is not null
        and public.earth_box(public.ll_to_earth(from_lat, from_lng), radius_m) operator(public.@>) public.ll_to_earth(r.lat, r.lng)
        and public.earth_distance(public.ll_to_earth(r.lat, r.lng), public.ll_to_earth(from_lat, from_lng)) <= radius_m
        and (after_chord is null
          or public.ll_to_earth(r.lat, r.lng) operator(public.<->) public.ll_to_earth(from_lat, from_lng) > after_chord
          or (public.ll_to_earth(r.lat, r.lng) operator(public.<->) public.ll_to_earth(from_lat, from_lng) = after_chord
            and r.reservoir_id > after_reservoir))
      order by public.ll_to_earth(r.lat, r.lng) operator(public.<->) public.ll_to_earth(from_lat, from_lng), r.reservoir_id
      limit most;
    end;
    -- Whose a reservoir is that was ever offered.
    create function water.seller_of(reservoir uuid) returns uuid language sql stable security definer
      set search_path = pg_catalog, pg_temp begin atomic
      select s.account_id from water.seller_reservoirs s where s.reservoir_id = reservoir;
    end;
    grant execute on function water.listings, water.seller_of to millrace_market;
    ${['reservoirs', 'reservoir_levels', 'seller_reservoirs', 'seller_profiles', 'price_rules']
      .map((table) => `drop policy market on water.${table};`)
      .join('\n    ')}
    revoke select (account_id, reservoir_id, name, lat, lng) on water.reservoirs from millrace_market;
    revoke select (account_id, reservoir_id, level_pct, volume_liters, recorded_at) on water.reservoir_levels from millrace_market;
    revoke select (account_id, status, display_name, verification_status, rating_sum, review_count)
      on water.seller_profiles from millrace_market;
    revoke select (account_id, reservoir_id, seller_availability_status) on water.seller_reservoirs from millrace_market;
    revoke select (account_id, reservoir_id, price_rule_id, currency, volume_band, validity, base_price_per_liter, delivery_fee_minor)
      on water.price_rules from millrace_market;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    grant select (account_id, reservoir_id, name, lat, lng) on water.reservoirs to millrace_market;
    grant select (account_id, reservoir_id, level_pct, volume_liters, recorded_at) on water.reservoir_levels to millrace_market;
    grant select (account_id, status, display_name, verification_status, rating_sum, review_count)
      on water.seller_profiles to millrace_market;
    grant select (account_id, reservoir_id, seller_availability_status) on water.seller_reservoirs to millrace_market;
    grant select (account_id, reservoir_id, price_rule_id, currency, volume_band, validity, base_price_per_liter, delivery_fee_minor)
      on water.price_rules to millrace_market;
    ${['reservoirs', 'reservoir_levels', 'seller_reservoirs', 'seller_profiles', 'price_rules']
      .map(
        (table) =>
          `create policy market on water.${table} for select to millrace_market using (true);`,
      )
      .join('\n    ')}
    drop function water.listings, water.seller_of;

    grant select on water.device_units to millrace_ingest;
    grant usage on sequence platform.event_positions to millrace_app, millrace_ingest;
    grant select, insert, update on platform.event_subjects to millrace_app, millrace_ingest;
    grant select, insert on platform.events to millrace_app, millrace_ingest;
    create policy ingest on platform.events to millrace_ingest using (true) with check (true);
    drop policy account on platform.events;
    create policy account on platform.events to millrace_app
      using (${caller} = any (array[coalesce(account_id, platform.nil_uuid()), counterpart_account_id]))
      with check (${caller} = any (array[coalesce(account_id, platform.nil_uuid()), counterpart_account_id]));
    drop function platform.emit_events(${types}), platform.emit_telemetry_events(${types}),
      platform.emit_account_events(${types}), platform.store_events(${types});
    drop policy outbox on platform.event_subjects;
    alter table platform.event_subjects no force row level security;
    alter table platform.event_subjects disable row level security;
    drop policy outbox on platform.events;

    drop policy seller_for_buyer on water.orders;
    create policy parties_insert on water.orders for insert to millrace_app
      with check (${caller} = any (array[account_id, seller_account_id]));
    drop function platform.current_counterpart_id;
    ${lookedAt.map((table) => `drop policy lookup on ${table};`).join('\n    ')}
  `);
}
