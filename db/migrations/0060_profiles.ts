import type { Knex } from 'knex';

/**
 * What a person says about themselves, and pictures of persons and accounts. A picture is a row from
 * the moment of the promise to take one; the object is named once its bytes are stored.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table identity.avatars (
      avatar_id uuid not null primary key,
      -- A person's, or an account's.
      principal_id uuid not null references identity.principals (principal_id),
      upload_token_hash bytea not null unique check (length(upload_token_hash) = 32),
      upload_until timestamptz not null,
      object_id uuid,
      stored_at timestamptz,
      created_at timestamptz not null default now(),
      check ((object_id is null) = (stored_at is null))
    );
    create index on identity.avatars (principal_id, avatar_id);
    alter table identity.avatars enable row level security;
    alter table identity.avatars force row level security;
    create policy platform on identity.avatars to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid())
      with check ((select platform.current_account_id()) = platform.nil_uuid());
    create policy account on identity.avatars to millrace_app
      using (principal_id = (select platform.current_account_id()))
      with check (principal_id = (select platform.current_account_id()));
    grant select, insert, delete, update (object_id, stored_at) on identity.avatars to millrace_app;

    alter table identity.users
      add column first_name text check (length(first_name) between 1 and 100),
      add column last_name text check (length(last_name) between 1 and 100),
      -- Chosen; counts while the person is a member.
      add column default_account_id uuid references identity.accounts (account_id),
      add column avatar_id uuid references identity.avatars (avatar_id),
      add column last_login_at timestamptz;
    alter table identity.accounts add column avatar_id uuid references identity.avatars (avatar_id);
    grant update (avatar_id) on identity.accounts to millrace_app;

    update identity.users u set last_login_at = s.newest from (
      select s.user_id, max(s.created_at) as newest from identity.user_sessions s group by s.user_id
    ) s where s.user_id = u.user_id;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    revoke update (avatar_id) on identity.accounts from millrace_app;
    alter table identity.accounts drop column avatar_id;
    alter table identity.users drop column first_name, drop column last_name, drop column default_account_id,
      drop column avatar_id, drop column last_login_at;
    drop table identity.avatars;
  `);
}
