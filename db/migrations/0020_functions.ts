import type { Knex } from 'knex';

/**
 * Functions of PL/pgSQL: each session reads the bodies anew, by the session's path, except for
 * functions with a fixed path.
 */
const pathless = [
  'platform.refuse_audit_change',
  'platform.guard_audit_partitions',
  'platform.audit_table',
  'platform.take_key',
  'platform.claim_command',
  'platform.complete_command',
  'identity.count_rows_of',
  'identity.usage_faults',
  'identity.subscribe_account',
];

/**
 * Functions mean the same for every caller: a body is read when the function is made or has a fixed
 * path, execution is granted by name, and the owner's functions run only code from tables writable
 * by the owner alone.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter default privileges revoke execute on functions from public;
    do $$
    declare
      own regprocedure;
    begin
      for own in select p.oid from pg_proc p where p.proowner = current_user::regrole and p.pronamespace <> 'pg_catalog'::regnamespace
      loop
        execute format('revoke execute on function %s from public', own);
      end loop;
    end $$;

    -- Policies and defaults stand on these. They are still inlined, which costs nothing a row.
    create or replace function platform.nil_uuid() returns uuid language sql immutable parallel safe
      return '00000000-0000-0000-0000-000000000000'::pg_catalog.uuid;
    create or replace function platform.current_account_id() returns uuid language sql stable
      return nullif((platform.verified_context())[1], '')::pg_catalog.uuid;
    create or replace function platform.current_principal_id() returns uuid language sql stable
      return nullif((platform.verified_context())[2], '')::pg_catalog.uuid;
    create or replace function platform.uuid_at(moment timestamptz) returns uuid language sql immutable
      return (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || '70008000000000000000')::pg_catalog.uuid;
    create or replace function identity.period_of(started timestamptz, billing_period text, moment timestamptz) returns tstzrange
      language sql stable begin atomic
      select tstzrange(bounds.opens, bounds.closes)
      from (select case billing_period when 'YEARLY' then 12 else 1 end as months) step,
        lateral (select extract(year from age(moment, started)) * 12 + extract(month from age(moment, started)) as whole) passed,
        generate_series(floor(passed.whole / step.months)::int, floor(passed.whole / step.months)::int + 1) as n,
        lateral (select started + make_interval(months => n * step.months) as opens,
          started + make_interval(months => (n + 1) * step.months) as closes) bounds
      where bounds.closes > moment
      order by bounds.opens limit 1;
    end;
    ${pathless.map((name) => `alter function ${name} set search_path = pg_catalog, pg_temp`).join(';\n    ')};

    grant execute on function platform.nil_uuid to millrace_app, millrace_relay, millrace_audit;
    grant execute on function platform.verified_context to millrace_app, millrace_audit;
    grant execute on function platform.current_account_id, platform.current_principal_id, identity.period_of to millrace_app;
    grant execute on function platform.uuid_at to millrace_app, millrace_relay;

    -- make_partitions does this since partitions have policies.
    drop function platform.ensure_partitions;
  `);
  await knex.raw(`
    -- One table, one count: what is counted of it is looked up, never said by a trigger, which others could make.
    alter table identity.counted_resources add unique (counted_table);

    create or replace function identity.count_usage() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as $$
    declare
      counted identity.counted_resources;
      change record;
      now_used bigint;
      allowed bigint;
      standing text;
    begin
      select r.* into counted from identity.counted_resources r where r.counted_table = tg_relid::regclass::text;
      if not found then
        raise exception '% is not counted', tg_relid::regclass using errcode = 'insufficient_privilege';
      end if;
      for change in execute format(case tg_op
        when 'INSERT' then 'select account_id, count(*) as n from added where %s group by 1 order by 1'
        when 'DELETE' then 'select account_id, -count(*) as n from removed where %s group by 1 order by 1'
        else 'select account_id, sum(n)::bigint as n from (select account_id, 1 as n from added where %1$s
          union all select account_id, -1 from removed where %1$s) c group by 1 having sum(n) <> 0 order by 1'
        end, counted.condition)
      loop
        if change.n < 0 then
          update identity.usage u set used = u.used + change.n
          where u.account_id = change.account_id and u.resource = counted.resource;
          continue;
        end if;
        insert into identity.usage as u (account_id, resource, used) values (change.account_id, counted.resource, change.n)
        on conflict (account_id, resource) do update set used = u.used + excluded.used returning u.used into now_used;

        select s.status, case when s.status = 'ACTIVE' then (p.limits ->> counted.resource)::bigint else 0 end
        into standing, allowed
        from identity.subscriptions s join identity.plans p using (plan_id, plan_version)
        where s.account_id = change.account_id;
        if now_used > allowed then
          raise exception using errcode = 'MR001', message = 'PLAN_LIMIT_REACHED', detail = json_build_object(
            'resource', counted.resource, 'limit', allowed, 'used', now_used - change.n, 'subscription_status', standing);
        end if;
      end loop;
      return null;
    end $$;

    create or replace function identity.count_rows_of(counted regclass, resource_name text, row_condition text default 'true')
      returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin
      insert into identity.counted_resources (resource, counted_table, condition)
      values (resource_name, counted::text, row_condition);
      execute format('create trigger usage_added after insert on %s referencing new table as added
        for each statement execute function identity.count_usage()', counted);
      execute format('create trigger usage_removed after delete on %s referencing old table as removed
        for each statement execute function identity.count_usage()', counted);
      if row_condition <> 'true' then
        execute format('create trigger usage_changed after update on %s referencing old table as removed new table as added
          for each statement execute function identity.count_usage()', counted);
      end if;
      -- Forced row-level security hides every account's rows from the owner, too.
      execute format('alter table %s no force row level security', counted);
      execute format('insert into identity.usage (account_id, resource, used)
        select account_id, %L, count(*) from %s where %s group by account_id', resource_name, counted, row_condition);
      execute format('alter table %s force row level security', counted);
    end $$;

    create or replace function identity.fit_usage() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as $$
    declare
      over_used json;
      over_limits json;
    begin
      if tg_relid <> 'identity.subscriptions'::regclass then
        raise exception '% has no usage', tg_relid::regclass using errcode = 'insufficient_privilege';
      end if;
      insert into identity.usage as u (account_id, resource, used)
      select new.account_id, r.resource, 0 from identity.counted_resources r order by r.resource
      on conflict (account_id, resource) do update set used = u.used;

      select json_object_agg(u.resource, u.used), json_object_agg(u.resource, (p.limits ->> u.resource)::bigint)
      into over_used, over_limits
      from identity.usage u, identity.plans p
      where u.account_id = new.account_id and p.plan_id = new.plan_id and p.plan_version = new.plan_version
        and u.used > (p.limits ->> u.resource)::bigint;
      if over_used is not null then
        raise exception using errcode = 'MR001', message = 'PLAN_TOO_SMALL', detail = json_build_object('conflict',
          json_build_object('conflict_type', 'PLAN_LIMIT', 'resource', 'plan/' || new.plan_id, 'current', over_used,
            'requested', over_limits, 'retryable', false));
      end if;
      return new;
    end $$;
  `);
  await knex.raw(`
    -- Both take a table by the row of partition_policies, and make what they run of that row.
    create or replace function platform.make_partitions(parent text) returns integer language plpgsql security definer
      set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '5s' as $$
    declare
      policy platform.partition_policies;
      parted regclass;
      schema_name name;
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
      parted := policy.table_name::regclass;
      perform pg_advisory_xact_lock(hashtext('millrace.partitions'));
      select c.relnamespace::regnamespace::text, a.attname, a.atttypid = 'uuid'::regtype, nullif(t.partdefid, 0)::regclass
        into strict schema_name, key_column, is_uuid, default_partition
        from pg_partitioned_table t join pg_class c on c.oid = t.partrelid
        join pg_attribute a on a.attrelid = t.partrelid and a.attnum = t.partattrs[0]
        where t.partrelid = parted;
      for month in select generate_series(date_trunc('month', now()) - interval '1 month',
          date_trunc('month', now()) + make_interval(months => policy.months_ahead), interval '1 month')
      loop
        name := (select c.relname from pg_class c where c.oid = parted) || '_' || to_char(month, 'YYYYMM');
        continue when exists (select 1 from pg_inherits i where i.inhparent = parted
          and i.inhrelid = to_regclass(format('%I.%I', schema_name, name)));
        low := case when is_uuid then platform.uuid_at(month)::text else month::text end;
        high := case when is_uuid then platform.uuid_at(month + interval '1 month')::text else (month + interval '1 month')::text end;
        -- Attached rather than created as a partition: that lets others read and write in the meantime.
        execute format('create table %I.%I (like %s including defaults including constraints including generated including storage)',
          schema_name, name, parted);
        if default_partition is not null then
          -- Nobody writes there between the move and the attaching, which would refuse the new month.
          execute format('lock table %s in access exclusive mode', default_partition);
          execute format('with moved as (delete from %s where %I >= %L and %I < %L returning *) insert into %I.%I select * from moved',
            default_partition, key_column, low, key_column, high, schema_name, name);
        end if;
        execute format('alter table %s attach partition %I.%I for values from (%L) to (%L)', parted, schema_name, name, low, high);
        made := made + 1;
      end loop;
      perform platform.guard_audit_partitions();
      return made;
    end $$;

    create or replace function platform.drop_old_partitions(parent text) returns integer language plpgsql security definer
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
        where i.inhparent = policy.table_name::regclass and c.relname ~ '_[0-9]{6}$'
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
  `);
}

/** The functions' effects have not changed, so the functions stay; PUBLIC may execute all again. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter default privileges grant execute on functions to public;
    alter table identity.counted_resources drop constraint counted_resources_counted_table_key;
    create function platform.ensure_partitions(parent text, months_ahead integer, by_uuid boolean default false)
      returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
    declare
      month timestamptz;
    begin
      for month in select generate_series(date_trunc('month', now() at time zone 'UTC') - interval '1 month',
          date_trunc('month', now() at time zone 'UTC') + make_interval(months => months_ahead), interval '1 month') at time zone 'UTC'
      loop
        execute format('create table if not exists %s partition of %s for values from (%L) to (%L)',
          parent || '_' || to_char(month at time zone 'UTC', 'YYYYMM'), parent,
          case when by_uuid then platform.uuid_at(month)::text else month::text end,
          case when by_uuid then platform.uuid_at(month + interval '1 month')::text else (month + interval '1 month')::text end);
      end loop;
    end $$;
    grant execute on function platform.nil_uuid, platform.verified_context, platform.current_account_id,
      platform.current_principal_id, platform.uuid_at, identity.period_of, identity.count_usage, identity.fit_usage,
      identity.subscribe_account, platform.refuse_audit_change, platform.guard_audit_partitions, platform.fold_audit,
      platform.audit_table to public;
  `);
}
