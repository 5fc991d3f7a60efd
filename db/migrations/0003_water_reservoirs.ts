import type { Knex } from 'knex';

/** Sites, reservoirs, readings and current levels, and the alerts about levels. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema water;
    grant usage on schema water to millrace_app, millrace_ingest, millrace_market;

    create table water.sites (
      account_id uuid not null,
      site_id uuid not null,
      name text not null,
      site_type text not null check (site_type in ('WATER_TREATMENT', 'PUMPING_STATION', 'DISTRIBUTION_NODE',
        'STORAGE_RESERVOIR', 'BOREHOLE', 'KIOSK', 'DEPOT', 'HOSPITAL', 'SCHOOL', 'TELECOM_SITE', 'INDUSTRIAL_SITE', 'OTHER')),
      lat double precision check (lat between -90 and 90),
      lng double precision check (lng between -180 and 180),
      address text,
      zone_id uuid,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (account_id, site_id),
      check ((lat is null) = (lng is null))
    );

    create table water.reservoirs (
      account_id uuid not null,
      reservoir_id uuid not null,
      site_id uuid not null,
      name text not null,
      reservoir_type text not null check (reservoir_type in ('TANK', 'TRUCK_TANK', 'BUFFER_TANK', 'OTHER')),
      mobility text not null check (mobility in ('FIXED', 'MOBILE')),
      monitoring_mode text not null check (monitoring_mode in ('MANUAL', 'DEVICE')),
      capacity_liters double precision check (capacity_liters > 0),
      capacity_source text check (capacity_source in ('REPORTED', 'DERIVED_FROM_GEOMETRY', 'ADMIN_OVERRIDE')),
      geometry jsonb,
      geometry_version integer not null default 1,
      height_mm double precision check (height_mm > 0),
      sensor_empty_distance_mm double precision,
      sensor_full_distance_mm double precision check (sensor_full_distance_mm >= 0),
      safety_margin_pct double precision not null default 0 check (safety_margin_pct between 0 and 100),
      full_threshold_pct double precision check (full_threshold_pct between 0 and 100),
      low_threshold_pct double precision check (low_threshold_pct between 0 and 100),
      critical_threshold_pct double precision check (critical_threshold_pct between 0 and 100),
      hysteresis_pct double precision not null default 3 check (hysteresis_pct between 0 and 50),
      is_pipe_connected boolean not null default false,
      lat double precision check (lat between -90 and 90),
      lng double precision check (lng between -180 and 180),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (account_id, reservoir_id),
      foreign key (account_id, site_id) references water.sites (account_id, site_id),
      check ((lat is null) = (lng is null)),
      check ((capacity_liters is null) = (capacity_source is null)),
      check ((sensor_empty_distance_mm is null) = (sensor_full_distance_mm is null)),
      check (sensor_empty_distance_mm > sensor_full_distance_mm),
      check (critical_threshold_pct < low_threshold_pct and low_threshold_pct < full_threshold_pct
        and critical_threshold_pct < full_threshold_pct)
    );
    create index on water.reservoirs (account_id, site_id);

    -- The current level, kept apart: a reading moves it without changing the reservoir's version (its ETag).
    -- device_id and device_seq are the high-water mark of the newest device, also while a manual reading is the latest.
    create table water.reservoir_levels (
      account_id uuid not null,
      reservoir_id uuid not null,
      level_state text check (level_state in ('FULL', 'NORMAL', 'LOW', 'CRITICAL')),
      level_state_updated_at timestamptz,
      level_pct double precision,
      volume_liters double precision,
      recorded_at timestamptz,
      observed_at timestamptz,
      source text check (source in ('DEVICE', 'MANUAL')),
      device_id text,
      device_seq bigint,
      battery_pct double precision,
      reading_id uuid,
      primary key (account_id, reservoir_id),
      foreign key (account_id, reservoir_id) references water.reservoirs (account_id, reservoir_id) on delete cascade
    ) with (fillfactor = 70);

    create table water.reservoir_readings (
      account_id uuid not null,
      reservoir_id uuid not null,
      reading_id uuid not null,
      recorded_at timestamptz not null,
      observed_at timestamptz,
      level_pct double precision not null,
      volume_liters double precision,
      source text not null check (source in ('DEVICE', 'MANUAL')),
      device_id text,
      device_seq bigint,
      is_backfill boolean not null default false,
      raw_sample_count integer,
      raw_mean double precision,
      raw_stddev double precision,
      telemetry_message_id uuid,
      geometry_version integer not null,
      note text,
      primary key (account_id, reservoir_id, recorded_at, reading_id),
      -- recorded_at is the message's receive time, so deriving a message again meets its own row.
      unique (account_id, device_id, device_seq, recorded_at),
      foreign key (account_id, reservoir_id) references water.reservoirs (account_id, reservoir_id) on delete cascade
    ) partition by range (recorded_at);
    create table water.reservoir_readings_default partition of water.reservoir_readings default;
    select platform.ensure_partitions('water.reservoir_readings', 3);

    create table water.alerts (
      account_id uuid not null,
      alert_id uuid not null,
      event_id uuid not null,
      event_type text not null,
      subject_type text not null,
      subject_id text not null,
      severity text not null check (severity in ('CRITICAL', 'WARNING', 'INFO')),
      context_type text not null check (context_type in ('SITE', 'RESERVOIR', 'DEVICE', 'ORDER', 'SYSTEM')),
      message_key text not null,
      message_args jsonb not null default '{}',
      data_snapshot jsonb not null default '{}',
      deeplink text,
      created_at timestamptz not null default now(),
      read_at timestamptz,
      resolved_at timestamptz,
      primary key (account_id, alert_id),
      unique (account_id, event_id)
    );
    create index on water.alerts (account_id, subject_type, subject_id) where resolved_at is null;
  `);

  for (const table of ['sites', 'reservoirs', 'reservoir_levels', 'reservoir_readings', 'alerts']) {
    await knex.raw(`
      alter table water.${table} enable row level security;
      alter table water.${table} force row level security;
      create policy account on water.${table} to millrace_app
        using (account_id = (select platform.current_account_id()))
        with check (account_id = (select platform.current_account_id()))`);
  }

  await knex.raw(`
    grant select, insert, update, delete on water.sites, water.reservoirs, water.reservoir_levels to millrace_app;
    grant select, insert on water.reservoir_readings to millrace_app;
    grant select, insert, update on water.alerts to millrace_app;

    -- Deriving telemetry goes through many accounts' devices in one batch.
    create policy ingest on water.reservoirs for select to millrace_ingest using (true);
    create policy ingest on water.reservoir_levels to millrace_ingest using (true) with check (true);
    create policy ingest on water.reservoir_readings to millrace_ingest using (true) with check (true);
    grant select on water.reservoirs to millrace_ingest;
    grant select, insert, update on water.reservoir_levels to millrace_ingest;
    grant select, insert on water.reservoir_readings to millrace_ingest;

    -- What anyone may learn of a listed reservoir.
    create policy market on water.reservoirs for select to millrace_market using (true);
    create policy market on water.reservoir_levels for select to millrace_market using (true);
    grant select (account_id, reservoir_id, name, lat, lng) on water.reservoirs to millrace_market;
    grant select (account_id, reservoir_id, level_pct, volume_liters, recorded_at) on water.reservoir_levels to millrace_market;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table water.alerts, water.reservoir_readings, water.reservoir_levels, water.reservoirs, water.sites;
    drop schema water;
  `);
}
