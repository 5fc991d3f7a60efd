import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- What was decided of all dead letters at once, and how far that has come.
    create table platform.dead_letter_decisions (
      -- Whose dead letters; the nil uuid for those of no account.
      account_id uuid not null,
      decision_id uuid not null,
      decision text not null check (decision in ('redrive', 'skip', 'release')),
      -- Null for those of every consumer, and of events of every type.
      consumer_id text,
      event_type text,
      status text not null default 'RUNNING' check (status in ('RUNNING', 'DONE', 'FAILED')),
      -- What dies later is not decided on.
      requested_at timestamptz not null default now(),
      finished_at timestamptz,
      -- How many there were when it began; null until then.
      total bigint check (total >= 0),
      done bigint not null default 0 check (done >= 0),
      -- They are gone through in the order of their ids, up to here so far.
      decided_to uuid not null default platform.nil_uuid(),
      primary key (account_id, decision_id),
      check (done <= total),
      check ((status = 'RUNNING') = (finished_at is null))
    );
    -- One at a time, or two would take the same dead letters for different things.
    create unique index dead_letter_decisions_running on platform.dead_letter_decisions (account_id) where status = 'RUNNING';
    alter table platform.dead_letter_decisions enable row level security;
    alter table platform.dead_letter_decisions force row level security;
    create policy account on platform.dead_letter_decisions to millrace_app
      using (account_id = (select platform.current_account_id()))
      with check (account_id = (select platform.current_account_id()));
    -- The platform looks at which are under way, of every account.
    create policy platform on platform.dead_letter_decisions for select to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid() and status = 'RUNNING');
    grant select, insert on platform.dead_letter_decisions to millrace_app;
    grant update (status, finished_at, total, done, decided_to) on platform.dead_letter_decisions to millrace_app;

    -- As dead letters are asked for, also those of no account.
    create index dead_letters on platform.deliveries (coalesce(account_id, platform.nil_uuid()), delivery_id) where state = 'DEAD';
    drop index platform.deliveries_account_id_delivery_id_idx;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create index on platform.deliveries (account_id, delivery_id) where state = 'DEAD';
    drop index platform.dead_letters;
    drop table platform.dead_letter_decisions;
  `);
}
