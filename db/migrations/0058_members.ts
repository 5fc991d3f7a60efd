import type { Knex } from 'knex';

const described = ['legal_name', 'country_code', 'region', 'city', 'display_name'] as const;

/**
 * An account's own description, and grants with a name. The rows of `access_grants` are the grants
 * in force, so that the version before reads no ended one as a right; ended grants move to a table
 * of their own.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table identity.accounts
      add column legal_name text check (length(legal_name) between 1 and 200),
      add column country_code text check (country_code ~ '^[A-Z]{2}$'),
      add column region text check (length(region) between 1 and 100),
      add column city text check (length(city) between 1 and 100),
      add column display_name text check (length(display_name) between 1 and 200),
      -- The person whose limit of accounts it counts against; null for an account of the version before.
      add column created_by uuid references identity.principals (principal_id);
    create index accounts_created on identity.accounts (created_by) where created_by is not null;
    grant update (name, ${described.join(', ')}) on identity.accounts to millrace_app;

    alter table identity.access_grants add column grant_id uuid not null default gen_random_uuid();
    create unique index access_grants_name on identity.access_grants (account_id, grant_id);
    create index access_grants_resource on identity.access_grants (account_id, resource_type, resource_id);
    grant delete on identity.access_grants to millrace_app;

    create table identity.revoked_grants (
      account_id uuid not null references identity.accounts (account_id),
      grant_id uuid not null,
      principal_id uuid not null references identity.principals (principal_id),
      resource_type text not null,
      resource_id uuid not null,
      role text not null check (role in ('OWNER', 'ADMIN', 'MANAGER', 'OPERATOR', 'MEMBER', 'VIEWER')),
      created_at timestamptz not null,
      revoked_at timestamptz not null default now(),
      primary key (account_id, grant_id)
    );
    create index on identity.revoked_grants (account_id, principal_id);
    select platform.tenant_table('identity.revoked_grants', array['select', 'insert']);
    create policy platform on identity.revoked_grants to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid())
      with check ((select platform.current_account_id()) = platform.nil_uuid());
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table identity.revoked_grants;
    revoke delete on identity.access_grants from millrace_app;
    alter table identity.access_grants drop column grant_id;
    drop index identity.access_grants_resource;
    revoke update (name, ${described.join(', ')}) on identity.accounts from millrace_app;
    alter table identity.accounts drop column created_by, ${described.map((name) => `drop column ${name}`).join(', ')};
  `);
}
