import type { Knex } from 'knex';

/** By which channels codes can go out at all: known to the workers, who have the providers, and told by the API, who has not. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table identity.code_channels (
      channel text not null primary key check (channel in ('SMS', 'EMAIL')),
      is_configured boolean not null,
      noted_at timestamptz not null default now()
    );
    alter table identity.code_channels enable row level security;
    alter table identity.code_channels force row level security;
    create policy platform on identity.code_channels to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid())
      with check ((select platform.current_account_id()) = platform.nil_uuid());
    grant select, insert, update on identity.code_channels to millrace_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table identity.code_channels');
}
