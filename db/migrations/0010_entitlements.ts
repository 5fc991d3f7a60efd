import type { Knex } from 'knex';

/**
 * Entitlements of an account: plans as data, the account's subscription to a plan, and usage.
 * Triggers on the counted tables keep the counters, and check under the counter's lock, so no way
 * of adding a row passes a limit.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- A version never changes: a plan is changed by its next version, and who has the old one keeps it.
    create table identity.plans (
      plan_id text not null,
      plan_version integer not null,
      name text not null,
      -- From the smallest plan to the largest.
      rank integer not null,
      -- Feature keys; '*' is every feature there is and will be.
      features text[] not null,
      -- Resource → how many; what is not named has no limit.
      limits jsonb not null,
      created_at timestamptz not null default now(),
      primary key (plan_id, plan_version)
    );
    insert into identity.plans (plan_id, plan_version, name, rank, features, limits) values
      ('monitor', 1, 'Monitor', 1, array['alerts.reservoir_level_state.APP', 'alerts.reservoir_level_state.EMAIL',
        'alerts.device_health.APP', 'alerts.device_health.EMAIL', 'alerts.orders.APP', 'alerts.orders.EMAIL'],
        '{ "sites": 5, "reservoirs": 20, "devices": 20, "webhooks": 2 }'),
      ('protect', 1, 'Protect', 2, array['alerts.reservoir_level_state.APP', 'alerts.reservoir_level_state.EMAIL',
        'alerts.reservoir_level_state.PUSH', 'alerts.reservoir_level_state.SMS', 'alerts.device_health.APP',
        'alerts.device_health.EMAIL', 'alerts.device_health.PUSH', 'alerts.device_health.SMS', 'alerts.orders.APP',
        'alerts.orders.EMAIL', 'alerts.orders.PUSH', 'alerts.orders.SMS', 'analytics.view'],
        '{ "sites": 50, "reservoirs": 250, "devices": 250, "webhooks": 10 }'),
      ('pro', 1, 'Pro', 3, array['*'], '{}');

    create table identity.subscriptions (
      account_id uuid not null primary key references identity.accounts (account_id),
      plan_id text not null,
      plan_version integer not null,
      status text not null default 'ACTIVE' check (status in ('ACTIVE', 'INACTIVE', 'CANCELLED')),
      billing_period text not null default 'MONTHLY' check (billing_period in ('MONTHLY', 'YEARLY')),
      -- Periods are counted from here; in one that has ended, up to when it did.
      started_at timestamptz not null default now(),
      ended_at timestamptz,
      version integer not null default 1,
      updated_at timestamptz not null default now(),
      foreign key (plan_id, plan_version) references identity.plans (plan_id, plan_version),
      check ((ended_at is null) = (status = 'ACTIVE'))
    );

    create table identity.usage (
      account_id uuid not null,
      resource text not null,
      used bigint not null check (used >= 0),
      primary key (account_id, resource)
    ) with (fillfactor = 70);

    -- What is counted, and where: the list that a recount goes through.
    create table identity.counted_resources (
      resource text not null primary key,
      counted_table text not null,
      condition text not null
    );

    -- The period that a moment is in. Months are added to the start rather than to each other, so a 31st stays one.
    create function identity.period_of(started timestamptz, billing_period text, moment timestamptz) returns tstzrange
      language sql stable as $$
      select tstzrange(bounds.opens, bounds.closes)
      from (select case billing_period when 'YEARLY' then 12 else 1 end as months) step,
        lateral (select extract(year from age(moment, started)) * 12 + extract(month from age(moment, started)) as whole) passed,
        generate_series(floor(passed.whole / step.months)::int, floor(passed.whole / step.months)::int + 1) as n,
        lateral (select started + make_interval(months => n * step.months) as opens,
          started + make_interval(months => (n + 1) * step.months) as closes) bounds
      where bounds.closes > moment
      order by bounds.opens limit 1 $$;

    -- Counts what a statement has added or removed, in its transaction. The counter's row lock makes parallel changes of
    -- one account wait for each other, and the limit is read after it, so it is the one that a downgrade has left.
    create function identity.count_usage() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as $$
    declare
      counted_resource text := tg_argv[0];
      changes text := format(case tg_op
        when 'INSERT' then 'select account_id, count(*) as n from added where %s group by 1 order by 1'
        when 'DELETE' then 'select account_id, -count(*) as n from removed where %s group by 1 order by 1'
        else 'select account_id, sum(n)::bigint as n from (select account_id, 1 as n from added where %1$s
          union all select account_id, -1 from removed where %1$s) c group by 1 having sum(n) <> 0 order by 1'
        end, tg_argv[1]);
      change record;
      now_used bigint;
      allowed bigint;
      standing text;
    begin
      for change in execute changes loop
        if change.n < 0 then
          update identity.usage u set used = u.used + change.n
          where u.account_id = change.account_id and u.resource = counted_resource;
          continue;
        end if;
        insert into identity.usage as u (account_id, resource, used) values (change.account_id, counted_resource, change.n)
        on conflict (account_id, resource) do update set used = u.used + excluded.used returning u.used into now_used;

        select s.status, case when s.status = 'ACTIVE' then (p.limits ->> counted_resource)::bigint else 0 end
        into standing, allowed
        from identity.subscriptions s join identity.plans p using (plan_id, plan_version)
        where s.account_id = change.account_id;
        if now_used > allowed then
          raise exception using errcode = 'MR001', message = 'PLAN_LIMIT_REACHED', detail = json_build_object(
            'resource', counted_resource, 'limit', allowed, 'used', now_used - change.n, 'subscription_status', standing);
        end if;
      end loop;
      return null;
    end $$;

    -- Counts a table's rows from now on, and those that are there. The condition says which; its columns may change.
    create function identity.count_rows_of(counted regclass, resource_name text, row_condition text default 'true')
      returns void language plpgsql as $$
    begin
      insert into identity.counted_resources (resource, counted_table, condition)
      values (resource_name, counted::text, row_condition);
      execute format('create trigger usage_added after insert on %s referencing new table as added
        for each statement execute function identity.count_usage(%L, %L)', counted, resource_name, row_condition);
      execute format('create trigger usage_removed after delete on %s referencing old table as removed
        for each statement execute function identity.count_usage(%L, %L)', counted, resource_name, row_condition);
      if row_condition <> 'true' then
        execute format('create trigger usage_changed after update on %s referencing old table as removed new table as added
          for each statement execute function identity.count_usage(%L, %L)', counted, resource_name, row_condition);
      end if;
      -- Forced row-level security hides every account's rows from the owner, too.
      execute format('alter table %s no force row level security', counted);
      execute format('insert into identity.usage (account_id, resource, used)
        select account_id, %L, count(*) from %s where %s group by account_id', resource_name, counted, row_condition);
      execute format('alter table %s force row level security', counted);
    end $$;

    -- Counters that differ from what they count; none, ever. For who sees past row-level security.
    create function identity.usage_faults()
      returns table (account_id uuid, resource text, used bigint, counted bigint) language plpgsql stable as $$
    declare
      each_resource record;
    begin
      for each_resource in select * from identity.counted_resources loop
        return query execute format('select coalesce(u.account_id, c.account_id), %1$L::text, coalesce(u.used, 0), coalesce(c.n, 0)
          from (select t.account_id, count(*) as n from %2$s t where %3$s group by 1) c
          full join (select * from identity.usage where resource = %1$L) u using (account_id)
          where coalesce(u.used, 0) <> coalesce(c.n, 0)',
          each_resource.resource, each_resource.counted_table, each_resource.condition);
      end loop;
    end $$;

    -- A plan that is too small for what is used is refused. All counters are locked first: what is being added waits, and
    -- is then measured by the new plan.
    create function identity.fit_usage() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as $$
    declare
      over_used json;
      over_limits json;
    begin
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
    create trigger fit_usage before update on identity.subscriptions for each row
      when ((old.plan_id, old.plan_version) is distinct from (new.plan_id, new.plan_version))
      execute function identity.fit_usage();

    revoke execute on function identity.count_rows_of, identity.usage_faults from public;

    alter table identity.subscriptions enable row level security;
    alter table identity.subscriptions force row level security;
    alter table identity.usage enable row level security;
    alter table identity.usage force row level security;
    create policy account on identity.subscriptions to millrace_app
      using (account_id = (select platform.current_account_id()))
      with check (account_id = (select platform.current_account_id()));
    create policy platform on identity.subscriptions to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid())
      with check ((select platform.current_account_id()) = platform.nil_uuid());
    create policy principal on identity.subscriptions for select to millrace_app using (exists (
      select 1 from identity.access_grants g
      where g.account_id = subscriptions.account_id and g.principal_id = (select platform.current_principal_id())));
    create policy account on identity.usage for select to millrace_app
      using (account_id = (select platform.current_account_id()));
    -- For the triggers above, which run as the owner; nobody who serves is one.
    create policy counting on identity.usage to millrace_owner using (true) with check (true);
    create policy counting on identity.subscriptions for select to millrace_owner using (true);

    grant select on identity.plans, identity.usage to millrace_app;
    grant select, insert, update on identity.subscriptions to millrace_app;

    select platform.audit_table('identity.subscriptions');

    select identity.count_rows_of('water.sites', 'sites');
    select identity.count_rows_of('water.reservoirs', 'reservoirs');
    select identity.count_rows_of('water.device_attachments', 'devices', 'detached_at is null');
    select identity.count_rows_of('platform.webhooks', 'webhooks');

    -- The accounts there are keep their plan. The column stays for the version before, whose new accounts are subscribed
    -- here; this one leaves it empty.
    alter table identity.accounts no force row level security;
    alter table identity.subscriptions no force row level security;
    insert into identity.subscriptions (account_id, plan_id, plan_version, started_at)
      select account_id, plan_id, 1, created_at from identity.accounts;
    alter table identity.accounts force row level security;
    alter table identity.subscriptions force row level security;
    alter table identity.accounts alter plan_id drop not null;
    create function identity.subscribe_account() returns trigger language plpgsql as $$
    begin
      insert into identity.subscriptions (account_id, plan_id, plan_version)
      select new.account_id, new.plan_id, max(p.plan_version) from identity.plans p where p.plan_id = new.plan_id;
      return null;
    end $$;
    create trigger subscribe_account after insert on identity.accounts for each row when (new.plan_id is not null)
      execute function identity.subscribe_account();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger subscribe_account on identity.accounts;
    drop function identity.subscribe_account;
    alter table identity.accounts no force row level security;
    update identity.accounts a set plan_id = s.plan_id from identity.subscriptions s where s.account_id = a.account_id;
    alter table identity.accounts force row level security;
    alter table identity.accounts alter plan_id set not null;
    drop function identity.count_usage, identity.fit_usage cascade;
    drop function identity.count_rows_of, identity.usage_faults, identity.period_of;
    drop table identity.counted_resources, identity.usage, identity.subscriptions, identity.plans;
  `);
}
