import type { Knex } from 'knex';

const deviceTables = [
  'device_units',
  'devices',
  'device_attachments',
  'device_inboxes',
  'device_telemetry_messages',
  'messages_aside',
  'past_messages',
  'telemetry_drops',
  'device_access',
  'claim_misses',
  'access_refusals',
] as const;
/** Tables with their schema before and after. */
const moves = [
  ...deviceTables.map((table) => ({ table, from: 'water', to: 'devices' })),
  { table: 'alerts', from: 'water', to: 'notifications' },
  { table: 'mailbox', from: 'platform', to: 'notifications' },
];

/** Partitions do not follow the partitioned table. */
const moveTable = (table: string, from: string, to: string): string => `
    do $$ declare part regclass; begin
      for part in select i.inhrelid::regclass from pg_inherits i where i.inhparent = '${from}.${table}'::regclass loop
        execute format('alter table %s set schema ${to}', part);
      end loop;
      alter table ${from}.${table} set schema ${to};
    end $$;`;

/**
 * Functions in the owner's name follow the tables, under the names called by the version before.
 */
const functions = [
  {
    name: 'begin_epoch',
    takes: 'device text, cause text',
    passes: 'device, cause',
    answers: 'integer',
    role: 'ingest',
  },
  {
    name: 'restart_sequence',
    takes: 'device text',
    passes: 'device',
    answers: 'integer',
    role: 'app',
  },
  {
    name: 'note_device_access',
    takes: 'noted jsonb',
    passes: 'noted',
    answers: 'void',
    role: 'gateway',
  },
  {
    name: 'take_access_refusals',
    takes: 'refusals jsonb',
    passes: 'refusals',
    answers: 'void',
    role: 'gateway',
  },
] as const;
const moved = [
  ...functions.map(({ name }) => name),
  'device_credentials',
  'has_claimed',
  'place_attachment',
];

const places = (schema: string, thing: string): string => `
    create or replace function ${schema}.place_attachment() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as $$
    declare
      inbox record;
      earlier record;
    begin
      select i.accepted_to, i.epoch, coalesce(upper(i.seqs), 0) as next_seq into inbox
        from ${schema}.device_inboxes i where i.device_id = new.device_id for update;
      select a.account_id, a.attachment_no, a.first_seq, a.first_epoch into earlier
        from ${schema}.device_attachments a where a.device_id = new.device_id order by a.attachment_no desc limit 1;
      new.attachment_no := coalesce(earlier.attachment_no, 0) + 1;
      new.after_no := coalesce(inbox.accepted_to, 0);
      -- An account that had the device last goes on where it was.
      new.first_seq := case when earlier.account_id = new.account_id then earlier.first_seq else coalesce(inbox.next_seq, 0) end;
      new.first_epoch := case when earlier.account_id = new.account_id then earlier.first_epoch else coalesce(inbox.epoch, 0) end;
      new.turn_no := 1 + coalesce((select max(a.turn_no) from ${schema}.device_attachments a
        where a.account_id = new.account_id and a.${thing} = new.${thing}), 0);
      return new;
    end $$;`;

const restarts = (schema: string): string => `
    create or replace function ${schema}.restart_sequence(device text) returns integer language plpgsql volatile
      security definer set search_path = pg_catalog, pg_temp as $$
    begin
      if (platform.current_account_id() = platform.nil_uuid() or exists (select from ${schema}.device_attachments a
        where a.device_id = device and a.detached_at is null and a.account_id = platform.current_account_id())) is not true then
        return null;
      end if;
      -- An epoch without a message is as good as a new one.
      return coalesce((select i.epoch from ${schema}.device_inboxes i where i.device_id = device and isempty(i.seqs)),
        ${schema}.begin_epoch(device, 'COMMAND'));
    end $$;`;

const deviceTypes = [
  'DEVICE_ONLINE',
  'DEVICE_STALE',
  'DEVICE_OFFLINE',
  'DEVICE_TELEMETRY_DROPPED_UNATTACHED',
  'DEVICE_TELEMETRY_REJECTED',
  'DEVICE_TELEMETRY_REFUSED',
  'DEVICE_SEQUENCE_RESTARTED',
  'DEVICE_GAPS_GIVEN_UP',
];
const emits = (schema: string): string => `
    create or replace function platform.emit_telemetry_events(event_ids uuid[], account_ids uuid[], counterpart_ids uuid[],
      topics text[], event_types text[], event_versions integer[], subject_types text[], subject_ids text[],
      moments timestamptz[], actors uuid[], causes uuid[], payloads jsonb[], correlation text)
      returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
      if exists (
        select from unnest(account_ids, counterpart_ids, event_types, subject_types, subject_ids)
          as e(account_id, counterpart_id, event_type, subject_type, subject_id)
        where e.counterpart_id is not null or not case
          when e.subject_type = 'reservoir' and e.event_type in ('RESERVOIR_LEVEL_READING', 'RESERVOIR_LEVEL_STATE_CHANGED') then
            exists (select from water.reservoirs r where r.account_id = e.account_id and r.reservoir_id = e.subject_id::uuid)
          when e.subject_type = 'device' and e.event_type in (${deviceTypes.map((type) => `'${type}'`).join(', ')}) then
            e.account_id is null or exists (
              select from ${schema}.device_attachments a where a.account_id = e.account_id and a.device_id = e.subject_id)
            -- Its reservoir, and the attachment with it, may have gone before its last messages are derived.
            or exists (select from ${schema}.device_telemetry_messages m
              where m.device_id = e.subject_id and m.account_id = e.account_id)
          else false end
      ) then
        raise exception 'an event is none of telemetry, or of another account' using errcode = 'insufficient_privilege';
      end if;
      return platform.store_events(event_ids, account_ids, counterpart_ids, topics, event_types, event_versions, subject_types,
        subject_ids, moments, actors, causes, payloads, correlation);
    end $$;`;

const ownViews = ['device_units', 'devices', 'device_attachments'];

/**
 * The version before reads and writes the tables under the old names: each is a view of one table,
 * under the caller's own rights and policies, so that PostgreSQL passes a change of the view on to
 * the table. A later version drops the views.
 */
const oldNames = `
    ${moves
      .filter(({ table }) => !ownViews.includes(table))
      .map(
        ({ table, from, to }) =>
          `create view ${from}.${table} with (security_invoker = true) as select t.* from ${to}.${table} t;`,
      )
      .join('\n    ')}
    -- The version before asks for the system column xmax, by which it tells a new row; a view may name a column of its own so.
    -- Its caller needs a right to every column of a view's table, and telemetry's role has none to passwords: so this one view is
    -- read and written in the owner's name, and lets the application in for the platform alone, as the table's policy does.
    create policy version_before on devices.device_units to millrace_owner using (true) with check (true);
    create function devices.is_inventory_open() returns boolean language sql stable security definer
      set search_path = pg_catalog, pg_temp
      begin atomic select session_user <> 'millrace_app' or platform.current_account_id() = platform.nil_uuid(); end;
    grant execute on function devices.is_inventory_open to millrace_app, millrace_ingest;
    create view water.device_units as select u.*, u.xmax as xmax from devices.device_units u where (select devices.is_inventory_open())
      with cascaded check option;
    create view water.devices with (security_invoker = true) as select d.*, d.xmax as xmax from devices.devices d;
    create view water.device_attachments with (security_invoker = true) as
      select a.account_id, a.attachment_id, a.device_id, a.thing_id as reservoir_id, a.attached_at, a.attached_by, a.detached_at,
        a.name, a.interval_ms, a.status, a.first_seq, a.attachment_no, a.after_no, a.first_epoch, a.turn_no, a.kind
      from devices.device_attachments a;
    alter view water.device_attachments alter column kind set default 'reservoir';

    grant select, insert, update on water.device_units, water.devices to millrace_app;
    grant select, insert on water.device_attachments, water.device_inboxes to millrace_app;
    grant update (detached_at, name, interval_ms, status) on water.device_attachments to millrace_app;
    grant select on water.device_telemetry_messages, water.messages_aside, water.telemetry_drops, water.device_access to millrace_app;
    grant select, insert, update, delete on water.claim_misses to millrace_app;
    grant select, delete on water.access_refusals to millrace_app;
    grant select, insert on water.alerts to millrace_app;
    grant update (read_at, resolved_at) on water.alerts to millrace_app;
    grant select, insert, delete on platform.mailbox to millrace_app;
    grant select (device_id, provisioning_status) on water.device_units to millrace_ingest;
    grant select on water.device_attachments, water.past_messages to millrace_ingest;
    grant select, update on water.devices, water.device_inboxes to millrace_ingest;
    grant select, insert on water.device_telemetry_messages to millrace_ingest;
    grant select, insert, delete on water.messages_aside to millrace_ingest;
    grant select, insert, update, delete on water.telemetry_drops to millrace_ingest;

    ${functions
      .map(
        ({ name, takes, passes, answers, role }) => `
    create function water.${name}(${takes}) returns ${answers} language sql volatile
      begin atomic select devices.${name}(${passes}); end;
    grant execute on function water.${name} to millrace_${role};`,
      )
      .join('')}
    create function water.device_credentials(devices text[])
      returns table (device_id text, password_hash bytea, is_enabled boolean) language sql stable
      begin atomic select c.device_id, c.password_hash, c.is_enabled from devices.device_credentials(devices) c; end;
    grant execute on function water.device_credentials to millrace_ingest;`;

/**
 * Devices and notifications have separate schemas. A device is attached to a thing of some kind:
 * the domain of the kind adds a column made of kind and id, for foreign keys to the domain's rows.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema devices;
    create schema notifications;
    grant usage on schema devices to millrace_app, millrace_ingest, millrace_gateway;
    grant usage on schema notifications to millrace_app;
    ${moves.map(({ table, from, to }) => moveTable(table, from, to)).join('')}
    update platform.partition_policies set table_name = 'devices.device_telemetry_messages'
      where table_name = 'water.device_telemetry_messages';
    update identity.counted_resources set counted_table = 'devices.device_attachments'
      where counted_table = 'water.device_attachments';

    alter table devices.device_attachments drop constraint device_attachments_account_id_reservoir_id_fkey;
    alter table devices.device_attachments rename column reservoir_id to thing_id;
    alter index devices.device_attachments_reservoir rename to device_attachments_thing;
    alter table devices.device_attachments
      add column kind text not null default 'reservoir' check (kind ~ '^[a-z][a-z0-9_]{0,39}$'),
      add column reservoir_id uuid generated always as (case when kind = 'reservoir' then thing_id end) stored;
    alter table devices.device_attachments alter column kind drop default;
    alter table devices.device_attachments add constraint device_attachments_reservoir_fkey
      foreign key (account_id, reservoir_id) references water.reservoirs (account_id, reservoir_id) on delete cascade;

    ${moved.map((name) => `alter function water.${name} set schema devices;`).join('\n    ')}
    ${places('devices', 'thing_id')}
    ${restarts('devices')}
    ${emits('devices')}
    ${oldNames}
  `);
}

/** Attachments to things of other kinds have no place in the version before. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function water.device_credentials, ${functions.map(({ name }) => `water.${name}`).join(', ')};
    drop view ${moves.map(({ table, from }) => `${from}.${table}`).join(', ')};
    drop function devices.is_inventory_open;
    drop policy version_before on devices.device_units;
    ${moved.map((name) => `alter function devices.${name} set schema water;`).join('\n    ')}

    alter table devices.device_attachments no force row level security;
    delete from devices.device_attachments where kind <> 'reservoir';
    alter table devices.device_attachments force row level security;
    alter table devices.device_attachments drop column reservoir_id, drop column kind;
    alter index devices.device_attachments_thing rename to device_attachments_reservoir;
    alter table devices.device_attachments rename column thing_id to reservoir_id;
    alter table devices.device_attachments add foreign key (account_id, reservoir_id)
      references water.reservoirs (account_id, reservoir_id) on delete cascade;

    update identity.counted_resources set counted_table = 'water.device_attachments'
      where counted_table = 'devices.device_attachments';
    update platform.partition_policies set table_name = 'water.device_telemetry_messages'
      where table_name = 'devices.device_telemetry_messages';
    ${moves.map(({ table, from, to }) => moveTable(table, to, from)).join('')}
    ${places('water', 'reservoir_id')}
    ${restarts('water')}
    ${emits('water')}
    drop schema notifications;
    drop schema devices;
  `);
}
