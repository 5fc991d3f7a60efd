import type { Knex } from 'knex';

/** What keeps the platform well over time: the heartbeats of its schedules. */
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
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index platform.mailbox_sent;
    revoke delete on platform.mailbox from millrace_app;
    drop table platform.schedule_heartbeats;
  `);
}
