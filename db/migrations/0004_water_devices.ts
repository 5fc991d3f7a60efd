import type { Knex } from 'knex';

/** Devices, their attachments, and the inbox of telemetry. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The inventory belongs to the platform: a unit exists before anybody owns it.
    create table water.device_units (
      device_id text primary key check (device_id ~ '^[0-9A-Z]{6,32}$'),
      serial_number text not null unique check (serial_number ~ '^JL-[A-Z0-9]{6}$'),
      provisioning_status text not null check (provisioning_status in ('PENDING', 'PROVISIONED', 'DISABLED')),
      metadata jsonb not null default '{}',
      mqtt_password_hash bytea not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );

    create table water.devices (
      device_id text primary key references water.device_units (device_id),
      serial_number text not null unique,
      device_type text not null default 'LEVEL_SENSOR' check (device_type in ('LEVEL_SENSOR', 'FLOW_METER', 'PRESSURE_GAUGE', 'PUMP_CONTROLLER', 'OTHER')),
      status text not null default 'ACTIVE' check (status in ('ACTIVE', 'INACTIVE', 'DECOMMISSIONED')),
      name text,
      firmware_version text,
      battery_pct double precision,
      battery_voltage_mv double precision,
      is_charging boolean,
      signal_strength_dbm double precision,
      -- Highest sequence number whose values stand above; an older message does not change them.
      last_seq bigint,
      last_seen_at timestamptz,
      last_reading_at timestamptz,
      connectivity_state text not null default 'NEVER_SEEN' check (connectivity_state in ('ONLINE', 'STALE', 'OFFLINE', 'NEVER_SEEN')),
      interval_ms integer check (interval_ms > 0),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    ) with (fillfactor = 70);

    create table water.device_attachments (
      account_id uuid not null,
      attachment_id uuid not null,
      device_id text not null references water.devices (device_id),
      reservoir_id uuid not null,
      attached_at timestamptz not null default now(),
      attached_by uuid,
      detached_at timestamptz,
      primary key (account_id, attachment_id),
      foreign key (account_id, reservoir_id) references water.reservoirs (account_id, reservoir_id) on delete cascade
    );
    -- One device a reservoir and one reservoir a device, also for two attaches at once.
    create unique index device_attachments_device on water.device_attachments (device_id) where detached_at is null;
    create unique index device_attachments_reservoir on water.device_attachments (reservoir_id) where detached_at is null;
    create index on water.device_attachments (account_id, device_id, attached_at);

    -- One row a registered device: which sequence numbers are in, and how far they were numbered, signalled and derived.
    -- The ranges are the whole memory of deduplication, exact for ever, and their gaps are the missing messages.
    create table water.device_inboxes (
      device_id text primary key references water.devices (device_id),
      seqs int8multirange not null default '{}',
      accepted_to bigint not null default 0,
      signalled_to bigint not null default 0,
      derived_to bigint not null default 0,
      -- Mean distances between which the level state stays as it is: a message outside them is urgent.
      quiet_from_mm double precision,
      quiet_to_mm double precision
    ) with (fillfactor = 50);

    create table water.device_telemetry_messages (
      device_id text not null,
      account_id uuid not null,
      message_id uuid not null,
      seq bigint not null,
      -- Rises by one with each message that is let in, so a reader behind it misses none that arrives out of order.
      accepted_no bigint not null,
      received_at timestamptz not null,
      observed_at timestamptz,
      payload jsonb not null,
      primary key (device_id, accepted_no, received_at)
    ) partition by range (received_at);
    create table water.device_telemetry_messages_default partition of water.device_telemetry_messages default;
    select platform.ensure_partitions('water.device_telemetry_messages', 3);

    -- What was acknowledged and not kept: counted a device and reason, with a sample, until it is told as one event.
    create table water.telemetry_drops (
      drop_id uuid primary key default gen_random_uuid(),
      device_id text not null,
      reason text not null check (reason in ('MISSING_SEQ', 'UNREGISTERED_DEVICE', 'UNATTACHED', 'UNREADABLE', 'SEQ_TOO_SPARSE')),
      count bigint not null,
      sample text,
      first_at timestamptz not null default now(),
      last_at timestamptz not null default now(),
      reported_at timestamptz
    );
    create unique index telemetry_drops_open on water.telemetry_drops (device_id, reason) where reported_at is null;

    alter table water.device_units enable row level security;
    alter table water.device_units force row level security;
    create policy platform on water.device_units to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid())
      with check ((select platform.current_account_id()) = platform.nil_uuid());
    create policy ingest on water.device_units for select to millrace_ingest using (true);

    alter table water.device_attachments enable row level security;
    alter table water.device_attachments force row level security;
    create policy account on water.device_attachments to millrace_app
      using (account_id = (select platform.current_account_id())) with check (account_id = (select platform.current_account_id()));
    -- Whether a unit is taken is decided, and never told, on behalf of whoever names it.
    create policy platform on water.device_attachments for select to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid());
    create policy ingest on water.device_attachments for select to millrace_ingest using (true);

    -- A device is seen by the account it is attached to, and by the platform.
    alter table water.devices enable row level security;
    alter table water.devices force row level security;
    create policy account on water.devices to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid() or exists (
        select 1 from water.device_attachments a where a.device_id = devices.device_id and a.detached_at is null
          and a.account_id = (select platform.current_account_id())))
      with check (true);
    create policy ingest on water.devices to millrace_ingest using (true) with check (true);

    alter table water.device_inboxes enable row level security;
    alter table water.device_inboxes force row level security;
    create policy platform on water.device_inboxes to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid())
      with check ((select platform.current_account_id()) = platform.nil_uuid());
    create policy account on water.device_inboxes for select to millrace_app using (exists (
        select 1 from water.device_attachments a where a.device_id = device_inboxes.device_id and a.detached_at is null
          and a.account_id = (select platform.current_account_id())));
    create policy ingest on water.device_inboxes to millrace_ingest using (true) with check (true);

    alter table water.device_telemetry_messages enable row level security;
    alter table water.device_telemetry_messages force row level security;
    create policy account on water.device_telemetry_messages for select to millrace_app
      using (account_id = (select platform.current_account_id()));
    create policy ingest on water.device_telemetry_messages to millrace_ingest using (true) with check (true);

    grant select, insert, update on water.device_units, water.devices to millrace_app;
    grant select, insert on water.device_inboxes to millrace_app;
    grant select, insert, update on water.device_attachments to millrace_app;
    grant select on water.device_telemetry_messages to millrace_app;
    grant select on water.device_units, water.device_attachments to millrace_ingest;
    grant select, update on water.devices to millrace_ingest;
    grant select, update on water.device_inboxes to millrace_ingest;
    grant select, insert on water.device_telemetry_messages to millrace_ingest;
    grant select, insert, update on water.telemetry_drops to millrace_ingest;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table water.telemetry_drops, water.device_telemetry_messages, water.device_inboxes, water.device_attachments,
      water.devices, water.device_units`);
}
