import type { Knex } from 'knex';

/** Subjects of trusted issuers act as principals of their own, of the kind SERVICE. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table identity.external_principals (
      issuer text not null,
      subject text not null,
      principal_id uuid not null unique references identity.principals (principal_id),
      created_at timestamptz not null default now(),
      primary key (issuer, subject)
    );
    grant select, insert on identity.external_principals to millrace_app;
    alter table identity.external_principals enable row level security;
    alter table identity.external_principals force row level security;
    create policy platform on identity.external_principals to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid())
      with check ((select platform.current_account_id()) = platform.nil_uuid());
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table identity.external_principals');
}
