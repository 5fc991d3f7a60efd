import type { Knex } from 'knex';

const caller = '(select platform.current_account_id())';

/**
 * Faults of a device can be looked up: dropped messages, and the last connection and refusal of the
 * device.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table water.telemetry_drops
      -- Whoever had the device; null for nobody, or where that changed meanwhile.
      add column account_id uuid,
      -- The first message among them as it came, or its beginning.
      add column sample_bytes bytea;
    create index telemetry_drops_latest on water.telemetry_drops (device_id, last_at desc);
    create index telemetry_drops_reported on water.telemetry_drops (reported_at) where reported_at is not null;
    create policy account on water.telemetry_drops for select to millrace_app
      using (account_id = ${caller} or ${caller} = platform.nil_uuid());
    grant select on water.telemetry_drops to millrace_app;
    grant delete on water.telemetry_drops to millrace_ingest;

    -- Of units of the inventory, registered and attached or not.
    create table water.device_access (
      device_id text primary key references water.device_units (device_id) on delete cascade,
      connected_at timestamptz,
      connected_from text check (connected_from ~ '^[^[:cntrl:]]{1,100}$'),
      refused_at timestamptz,
      refused_from text check (refused_from ~ '^[^[:cntrl:]]{1,100}$'),
      refusal_reason text check (refusal_reason ~ '^[A-Z][A-Z0-9_]{1,39}$'),
      refused_count bigint not null default 0
    );
    alter table water.device_access enable row level security;
    alter table water.device_access force row level security;
    create policy intake on water.device_access to millrace_owner using (true) with check (true);
    create policy platform on water.device_access for select to millrace_app using (${caller} = platform.nil_uuid());
    grant select on water.device_access to millrace_app;

    -- By the gateway, which learns by no table which units there are. How long ago is told rather than when: its clock is another.
    create function water.note_device_access(noted jsonb) returns void
      language sql volatile security definer set search_path = pg_catalog, pg_temp begin atomic
      insert into water.device_access as d (device_id, connected_at, connected_from, refused_at, refused_from, refusal_reason,
        refused_count)
      select u.device_id, now() - make_interval(secs => n.connected_ago_ms / 1000), n.connected_from,
        now() - make_interval(secs => n.refused_ago_ms / 1000), n.refused_from, n.refusal_reason, coalesce(n.refused_count, 0)
      from jsonb_to_recordset(noted) as n(device_id text, connected_ago_ms float8, connected_from text, refused_ago_ms float8,
        refused_from text, refusal_reason text, refused_count bigint)
      join water.device_units u on u.device_id = n.device_id order by u.device_id
      on conflict (device_id) do update set
        connected_at = greatest(d.connected_at, excluded.connected_at),
        connected_from = case when excluded.connected_at >= coalesce(d.connected_at, '-infinity') then excluded.connected_from
          else d.connected_from end,
        refused_at = greatest(d.refused_at, excluded.refused_at),
        refused_from = case when excluded.refused_at >= coalesce(d.refused_at, '-infinity') then excluded.refused_from
          else d.refused_from end,
        refusal_reason = case when excluded.refused_at >= coalesce(d.refused_at, '-infinity') then excluded.refusal_reason
          else d.refusal_reason end,
        refused_count = d.refused_count + excluded.refused_count;
    end;
    grant execute on function water.note_device_access to millrace_gateway;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function water.note_device_access;
    drop table water.device_access;
    revoke delete on water.telemetry_drops from millrace_ingest;
    revoke select on water.telemetry_drops from millrace_app;
    drop policy account on water.telemetry_drops;
    drop index water.telemetry_drops_reported, water.telemetry_drops_latest;
    alter table water.telemetry_drops drop column account_id, drop column sample_bytes;
  `);
}
