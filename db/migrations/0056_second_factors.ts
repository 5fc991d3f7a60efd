import type { Knex } from 'knex';

const tables = {
  mfa_factors: 'select, insert, update, delete',
  recovery_codes: 'select, insert, delete',
  mfa_challenges: 'select, insert, update, delete',
  mfa_tries: 'select, insert, update, delete',
};

/**
 * A second factor of a user: a secret of an authenticator, and codes for the day on which the
 * authenticator is lost. Accounts may require a second factor of roles.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table identity.mfa_factors (
      factor_id uuid not null primary key,
      user_id uuid not null references identity.users (user_id) on delete cascade,
      kind text not null check (kind in ('TOTP')),
      -- Under a key of the row, made of a key outside the database.
      secret_sealed bytea not null,
      created_at timestamptz not null default now(),
      -- Of a factor not confirmed yet.
      expires_at timestamptz not null,
      confirmed_at timestamptz,
      -- A time step counts once, and no earlier step after it.
      last_step bigint not null default 0
    );
    create unique index one_confirmed_factor on identity.mfa_factors (user_id, kind) where confirmed_at is not null;
    create unique index one_unconfirmed_factor on identity.mfa_factors (user_id, kind) where confirmed_at is null;

    create table identity.recovery_codes (
      user_id uuid not null references identity.users (user_id) on delete cascade,
      code_hash bytea not null,
      primary key (user_id, code_hash)
    );

    -- A sign-in between the first factor and the second.
    create table identity.mfa_challenges (
      token_hash bytea not null primary key,
      user_id uuid not null references identity.users (user_id) on delete cascade,
      -- The identifier used, by which a device is remembered afterwards.
      channel text check (channel in ('SMS', 'EMAIL')),
      -- How the first factor was shown.
      amr text[] not null default '{}',
      attempts integer not null default 0,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create index on identity.mfa_challenges (user_id);
    create index on identity.mfa_challenges (expires_at);

    -- The wrong tries of a person at any second factor, lately.
    create table identity.mfa_tries (
      user_id uuid not null primary key references identity.users (user_id) on delete cascade,
      tried_at timestamptz[] not null default '{}'
    );

    -- How the session was signed in (RFC 8176).
    alter table identity.user_sessions add column if not exists amr text[] not null default '{pwd}';

    alter table identity.accounts add column mfa_required_roles text[] not null default '{}'
      check (mfa_required_roles <@ array['OWNER', 'ADMIN', 'MANAGER', 'OPERATOR', 'MEMBER', 'VIEWER']);
    grant update (mfa_required_roles) on identity.accounts to millrace_app;

    -- A factor that came or went, or a role that requires one, changes what sessions may.
    create function identity.record_factor_change() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as $$
    begin
      insert into platform.standing_changes (kind, subject_id) values ('user', coalesce(new.user_id, old.user_id)::text);
      return null;
    end $$;
    revoke execute on function identity.record_factor_change() from public;
    create trigger standing after update of confirmed_at or delete on identity.mfa_factors
      for each row execute function identity.record_factor_change();
    create function identity.record_requirement_change() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as $$
    begin
      insert into platform.standing_changes (kind, subject_id)
        select 'principal', g.principal_id::text from identity.access_grants g
        where g.account_id = new.account_id and g.resource_type = 'account';
      return null;
    end $$;
    revoke execute on function identity.record_requirement_change() from public;
    create trigger standing after update of mfa_required_roles on identity.accounts
      for each row when (old.mfa_required_roles is distinct from new.mfa_required_roles)
      execute function identity.record_requirement_change();
  `);
  for (const [table, privileges] of Object.entries(tables))
    await knex.raw(`
      alter table identity.${table} enable row level security;
      alter table identity.${table} force row level security;
      create policy platform on identity.${table} to millrace_app
        using ((select platform.current_account_id()) = platform.nil_uuid())
        with check ((select platform.current_account_id()) = platform.nil_uuid());
      grant ${privileges} on identity.${table} to millrace_app`);
  await knex.raw(`
    create policy principal on identity.mfa_factors for select to millrace_app using (exists (
      select 1 from identity.users u
      where u.user_id = mfa_factors.user_id and u.principal_id = (select platform.current_principal_id())))`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger standing on identity.accounts;
    drop function identity.record_requirement_change();
    alter table identity.accounts drop column mfa_required_roles;
    drop table identity.mfa_tries, identity.mfa_challenges, identity.recovery_codes, identity.mfa_factors;
    drop function identity.record_factor_change();
  `);
}
