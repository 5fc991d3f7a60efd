import type { Knex } from 'knex';

/**
 * Upkeep of the platform over time: heartbeats of schedules, partitions made ahead and dropped,
 * objects.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- A row a schedule, stamped by its runs and watched from outside of Temporal.
    create table platform.schedule_heartbeats (
      schedule_id text not null primary key,
      every_seconds integer not null check (every_seconds > 0),
      watched_since timestamptz not null default now(),
      last_started_at timestamptz,
      last_finished_at timestamptz,
      last_succeeded_at timestamptz,
      last_outcome text check (last_outcome in ('SUCCEEDED', 'FAILED')),
      -- Since when it is told as silent.
      silent_since timestamptz
    );
    alter table platform.schedule_heartbeats enable row level security;
    alter table platform.schedule_heartbeats force row level security;
    create policy platform on platform.schedule_heartbeats to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid())
      with check ((select platform.current_account_id()) = platform.nil_uuid());
    grant select, insert, update on platform.schedule_heartbeats to millrace_app;

    grant delete on platform.mailbox to millrace_app;
    create index mailbox_sent on platform.mailbox (sent_at);

    -- How far ahead each partitioned table has its months, and how long it keeps them.
    create table platform.partition_policies (
      table_name text not null primary key,
      months_ahead integer not null default 3 check (months_ahead between 1 and 24),
      -- Whole months beside the current one; null for ever.
      keep_months integer check (keep_months > 0),
      -- A condition on a row r: a month with such a row is kept until it has none.
      held_while text
    );
    grant select on platform.partition_policies to millrace_app;
    -- Whoever drops a month of events must see what still waits for one.
    create policy upkeep on platform.deliveries for select to millrace_owner using (true);
    insert into platform.partition_policies (table_name, keep_months, held_while) values
      ('platform.events', 13, 'r.dispatched_at is null or exists (select 1 from platform.deliveries d
        where d.event_id = r.event_id and d.state in (''PENDING'', ''DEAD''))'),
      ('platform.audit_log', null, null),
      ('water.device_telemetry_messages', 13, null),
      ('water.reservoir_readings', 25, null);

    -- Makes the months of a table that are missing from last month to some ahead, and answers how many. Rows that came when
    -- their month was not there, and are in the default partition, move into it. It fails where they cannot.
    create function platform.make_partitions(parent text) returns integer language plpgsql security definer
      set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '5s' as $$
    declare
      policy platform.partition_policies;
      key_column name;
      is_uuid boolean;
      default_partition regclass;
      month timestamptz;
      name text;
      low text;
      high text;
      made integer := 0;
    begin
      select p.* into strict policy from platform.partition_policies p where p.table_name = parent;
      perform pg_advisory_xact_lock(hashtext('millrace.partitions'));
      select a.attname, a.atttypid = 'uuid'::regtype, nullif(t.partdefid, 0)::regclass
        into strict key_column, is_uuid, default_partition
        from pg_partitioned_table t join pg_attribute a on a.attrelid = t.partrelid and a.attnum = t.partattrs[0]
        where t.partrelid = parent::regclass;
      for month in select generate_series(date_trunc('month', now()) - interval '1 month',
          date_trunc('month', now()) + make_interval(months => policy.months_ahead), interval '1 month')
      loop
        name := parent || '_' || to_char(month, 'YYYYMM');
        continue when exists (select 1 from pg_inherits i where i.inhparent = parent::regclass and i.inhrelid = to_regclass(name));
        low := case when is_uuid then platform.uuid_at(month)::text else month::text end;
        high := case when is_uuid then platform.uuid_at(month + interval '1 month')::text else (month + interval '1 month')::text end;
        -- Attached rather than created as a partition: that lets others read and write in the meantime.
        execute format('create table %s (like %s including defaults including constraints including generated including storage)',
          name, parent);
        if default_partition is not null then
          -- Nobody writes there between the move and the attaching, which would refuse the new month.
          execute format('lock table %s in access exclusive mode', default_partition);
          execute format('with moved as (delete from %s where %I >= %L and %I < %L returning *) insert into %s select * from moved',
            default_partition, key_column, low, key_column, high, name);
        end if;
        execute format('alter table %s attach partition %s for values from (%L) to (%L)', parent, name, low, high);
        made := made + 1;
      end loop;
      perform platform.guard_audit_partitions();
      return made;
    end $$;

    -- Drops the months of a table that are older than it keeps, and answers how many.
    create function platform.drop_old_partitions(parent text) returns integer language plpgsql security definer
      set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '5s' as $$
    declare
      policy platform.partition_policies;
      part regclass;
      is_held boolean;
      dropped integer := 0;
    begin
      select p.* into strict policy from platform.partition_policies p where p.table_name = parent;
      if policy.keep_months is null then return 0; end if;
      perform pg_advisory_xact_lock(hashtext('millrace.partitions'));
      for part in select c.oid::regclass from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = parent::regclass and c.relname ~ '_[0-9]{6}$'
          and to_date(right(c.relname, 6), 'YYYYMM') < date_trunc('month', now()) - make_interval(months => policy.keep_months)
        order by c.relname
      loop
        execute format('select exists (select 1 from %s r where %s)', part, coalesce(policy.held_while, 'false')) into is_held;
        continue when is_held;
        execute format('drop table %s', part);
        dropped := dropped + 1;
      end loop;
      return dropped;
    end $$;
    revoke execute on function platform.make_partitions, platform.drop_old_partitions from public;
    grant execute on function platform.make_partitions, platform.drop_old_partitions to millrace_app;

    -- Of the bytes in the object store. A row is there once they are.
    create table platform.objects (
      account_id uuid not null,
      object_id uuid not null,
      kind text not null check (kind ~ '^[a-z][a-z0-9-]{0,39}$'),
      media_type text not null check (length(media_type) between 3 and 100),
      size_bytes bigint not null check (size_bytes >= 0),
      sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
      object_key text not null,
      created_at timestamptz not null default now(),
      -- Since when its bytes are known to have gone.
      missing_since timestamptz,
      primary key (account_id, object_id)
    );
    -- In the order in which stores list keys.
    create index on platform.objects (object_key collate "C");
    alter table platform.objects enable row level security;
    alter table platform.objects force row level security;
    create policy account on platform.objects to millrace_app
      using (account_id = (select platform.current_account_id()))
      with check (account_id = (select platform.current_account_id()));
    -- Compares all rows with the store.
    create policy relay on platform.objects to millrace_relay using (true) with check (true);
    grant select, insert, delete on platform.objects to millrace_app;
    grant select, update (missing_since) on platform.objects to millrace_relay;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table platform.objects;
    drop function platform.make_partitions;
    drop function platform.drop_old_partitions;
    drop table platform.partition_policies;
    drop policy upkeep on platform.deliveries;
    drop index platform.mailbox_sent;
    revoke delete on platform.mailbox from millrace_app;
    drop table platform.schedule_heartbeats;
  `);
}
