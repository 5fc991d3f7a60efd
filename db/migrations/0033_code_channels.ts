import type { Knex } from 'knex';

/**
 * The channels open to codes at all: the workers have the providers and write the channels down,
 * and the API, without providers, reads the channels.
 */
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
