import type { Knex } from 'knex';

/**
 * Keys of machines. A key acts with the maker's role of the moment, within the key's scopes: a key of
 * a former member or of a user without sign-in opens nothing.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table identity.api_keys (
      account_id uuid not null references identity.accounts (account_id),
      api_key_id uuid not null,
      -- A SERVICE for the key alone.
      principal_id uuid not null unique references identity.principals (principal_id),
      created_by uuid not null references identity.principals (principal_id),
      prefix text not null check (prefix ~ '^[0-9a-z]{8}$'),
      -- SHA-256 of the whole key, with 256 random bits.
      key_hash bytea not null unique check (length(key_hash) = 32),
      name text not null check (length(name) between 1 and 100),
      scopes text[] not null check (cardinality(scopes) between 1 and 100),
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      last_used_at timestamptz,
      revoked_at timestamptz,
      primary key (account_id, api_key_id),
      check (expires_at <= created_at + interval '366 days')
    );
    create index on identity.api_keys (created_by) where revoked_at is null;
    select platform.tenant_table('identity.api_keys', array['select', 'insert']);
    grant update (last_used_at, revoked_at) on identity.api_keys to millrace_app;
    create policy platform on identity.api_keys for select to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid());

    create function identity.record_api_key_change() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as $$
    begin
      insert into platform.standing_changes (kind, subject_id)
        values ('api_key', case when tg_op = 'DELETE' then old.principal_id else new.principal_id end);
      return null;
    end $$;
    revoke execute on function identity.record_api_key_change() from public;
    create trigger standing after update of revoked_at or delete on identity.api_keys
      for each row execute function identity.record_api_key_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table identity.api_keys;
    drop function identity.record_api_key_change();
  `);
}
