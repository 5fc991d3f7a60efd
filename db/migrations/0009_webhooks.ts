import type { Knex } from 'knex';

/** Endpoints of accounts, the receivers of events, and the endpoint's answer to each delivery. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table platform.webhooks (
      account_id uuid not null,
      webhook_id uuid not null,
      url text not null check (length(url) between 1 and 2048),
      -- Null for all of them.
      event_types text[] check (cardinality(event_types) between 1 and 100),
      description text,
      status text not null default 'ACTIVE' check (status in ('ACTIVE', 'SUSPENDED', 'DISABLED')),
      disabled_reason text check (disabled_reason in ('OWNER', 'GONE', 'FAILING')),
      secret_sealed bytea not null,
      -- Signs beside the newest until then.
      previous_secret_sealed bytea,
      previous_secret_until timestamptz,
      -- Deliveries that used up their tries since the last success, and since when.
      exhausted_in_row integer not null default 0,
      failing_since timestamptz,
      suspended_at timestamptz,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (account_id, webhook_id),
      check ((status = 'DISABLED') = (disabled_reason is not null)),
      check ((status = 'SUSPENDED') = (suspended_at is not null)),
      check ((exhausted_in_row > 0) = (failing_since is not null)),
      check ((previous_secret_sealed is null) = (previous_secret_until is null))
    );
    alter table platform.webhooks enable row level security;
    alter table platform.webhooks force row level security;
    create policy account on platform.webhooks to millrace_app
      using (account_id = (select platform.current_account_id()))
      with check (account_id = (select platform.current_account_id()));
    grant select, insert, update, delete on platform.webhooks to millrace_app;
    select platform.audit_table('platform.webhooks');

    alter table platform.deliveries add column response_code integer, add column duration_ms integer;

    -- An account sends events to an endpoint of its own again, which makes lanes and deliveries.
    grant update (response_code, duration_ms) on platform.deliveries to millrace_app;
    grant insert on platform.deliveries, platform.lanes to millrace_app;
    create policy own_consumer on platform.lanes to millrace_app
      using (exists (select 1 from platform.consumers c
        where c.consumer_id = lanes.consumer_id and c.account_id = (select platform.current_account_id())))
      with check (exists (select 1 from platform.consumers c
        where c.consumer_id = lanes.consumer_id and c.account_id = (select platform.current_account_id())));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop policy own_consumer on platform.lanes;
    revoke insert on platform.deliveries, platform.lanes from millrace_app;
    alter table platform.deliveries drop column response_code, drop column duration_ms;
    drop table platform.webhooks;
  `);
}
