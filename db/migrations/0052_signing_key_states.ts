import type { Knex } from 'knex';

/**
 * A signing key is published before use and stays published after use. The version before makes a
 * key only without any key, and then the key is the current key.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table identity.signing_keys
      add column state text not null default 'CURRENT' check (state in ('NEXT', 'CURRENT', 'RETIRING', 'GONE')),
      add column published_at timestamptz not null default now(),
      -- Of the next key, the planned time.
      add column active_from timestamptz not null default now(),
      add column retire_at timestamptz;
    alter table identity.signing_keys no force row level security;
    update identity.signing_keys set published_at = created_at, active_from = created_at,
      state = case when retired_at is null then 'CURRENT' else 'GONE' end,
      retire_at = retired_at;
    alter table identity.signing_keys force row level security;
    alter table identity.signing_keys
      add check ((state = 'GONE') = (retired_at is not null)),
      add check (state not in ('RETIRING', 'GONE') or retire_at is not null);
    create unique index one_key_to_sign_with on identity.signing_keys (state) where state in ('NEXT', 'CURRENT');

    alter table platform.standing_changes drop constraint standing_changes_kind_check,
      add constraint standing_changes_kind_check
        check (kind in ('session', 'user', 'principal', 'unit', 'signing_key', 'api_key'));

    create function identity.record_signing_key_change() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as $$
    begin
      insert into platform.standing_changes (kind, subject_id)
        values ('signing_key', case when tg_op = 'DELETE' then old.kid else new.kid end);
      return null;
    end $$;
    revoke execute on function identity.record_signing_key_change() from public;
    create trigger standing after insert or update of state or delete on identity.signing_keys
      for each row execute function identity.record_signing_key_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger standing on identity.signing_keys;
    drop function identity.record_signing_key_change();
    alter table platform.standing_changes no force row level security;
    delete from platform.standing_changes where kind not in ('session', 'user', 'principal', 'unit');
    alter table platform.standing_changes force row level security;
    alter table platform.standing_changes drop constraint standing_changes_kind_check,
      add constraint standing_changes_kind_check check (kind in ('session', 'user', 'principal', 'unit'));
    -- The version before signs with the newest key.
    alter table identity.signing_keys no force row level security;
    delete from identity.signing_keys where state = 'NEXT';
    alter table identity.signing_keys force row level security;
    alter table identity.signing_keys drop column state, drop column published_at, drop column active_from,
      drop column retire_at;
  `);
}
