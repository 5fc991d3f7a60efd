import type { Knex } from 'knex';

/** Addresses and numbers of users on the way: each takes the place of the one before with its proof. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table identity.identifier_changes (
      user_id uuid not null references identity.users (user_id) on delete cascade,
      channel text not null check (channel in ('SMS', 'EMAIL')),
      identifier text not null,
      requested_at timestamptz not null default now(),
      expires_at timestamptz not null,
      primary key (user_id, channel)
    );
    create index on identity.identifier_changes (identifier);
    create index on identity.identifier_changes (expires_at);
    alter table identity.identifier_changes enable row level security;
    alter table identity.identifier_changes force row level security;
    create policy platform on identity.identifier_changes to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid())
      with check ((select platform.current_account_id()) = platform.nil_uuid());
    grant select, insert, update, delete on identity.identifier_changes to millrace_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table identity.identifier_changes');
}
