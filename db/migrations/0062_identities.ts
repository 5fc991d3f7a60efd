import type { Knex } from 'knex';

/**
 * Sign-in at OpenID providers: a person's identity there is issuer and subject, never an address,
 * since a provider may give an address to somebody else. A flow is noted at the return, so a second
 * return is refused, with the code for a page to get the tokens.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table identity.identities (
      identity_id uuid not null primary key,
      user_id uuid not null references identity.users (user_id) on delete cascade,
      provider text not null,
      issuer text not null,
      subject text not null,
      created_at timestamptz not null default now(),
      unique (issuer, subject)
    );
    create index on identity.identities (user_id);

    create table identity.sso_flows (
      flow_id uuid not null primary key,
      provider text not null,
      user_id uuid references identity.users (user_id) on delete cascade,
      has_mfa boolean not null default false,
      code_hash bytea unique,
      code_expires_at timestamptz,
      expires_at timestamptz not null,
      check ((code_hash is null) or (user_id is not null and code_expires_at is not null))
    );
    create index on identity.sso_flows (user_id);
    create index on identity.sso_flows (expires_at);

    grant select, insert, delete on identity.identities to millrace_app;
    grant select, insert, update, delete on identity.sso_flows to millrace_app;
  `);
  for (const table of ['identities', 'sso_flows'])
    await knex.raw(`
      alter table identity.${table} enable row level security;
      alter table identity.${table} force row level security;
      create policy platform on identity.${table} to millrace_app
        using ((select platform.current_account_id()) = platform.nil_uuid())
        with check ((select platform.current_account_id()) = platform.nil_uuid())`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table identity.sso_flows, identity.identities');
}
