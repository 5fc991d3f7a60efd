import type { Knex } from 'knex';

/**
 * Users, accounts and permissions. Rows of people rather than accounts (passwords, codes, sessions)
 * are open to the platform context alone, so a statement run for an account cannot read such rows;
 * people see their own rows.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema identity;
    grant usage on schema identity to millrace_app;

    create table identity.principals (
      principal_id uuid not null primary key,
      kind text not null check (kind in ('USER', 'ORGANIZATION', 'SERVICE')),
      created_at timestamptz not null default now()
    );

    create table identity.users (
      user_id uuid not null primary key,
      principal_id uuid unique references identity.principals (principal_id),
      email public.citext unique,
      email_verified_at timestamptz,
      phone_e164 text unique check (phone_e164 ~ '^\\+[1-9][0-9]{6,14}$'),
      phone_verified_at timestamptz,
      password_hash text not null,
      status text not null check (status in ('PENDING_VERIFICATION', 'ACTIVE', 'LOCKED', 'DISABLED')),
      preferred_language text not null default 'en',
      metadata jsonb not null default '{}',
      -- In every access token; raising it ends them all.
      epoch integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      check (email is not null or phone_e164 is not null),
      check (principal_id is not null or status <> 'ACTIVE')
    );

    create table identity.platform_roles (
      principal_id uuid not null references identity.principals (principal_id),
      role text not null check (role in ('PLATFORM_ADMIN', 'SUPPORT')),
      granted_at timestamptz not null default now(),
      primary key (principal_id, role)
    );

    -- One row at most: whoever inserts it is the first administrator.
    create table identity.bootstraps (
      id boolean not null primary key default true check (id),
      user_id uuid not null references identity.users (user_id),
      created_at timestamptz not null default now()
    );

    create table identity.accounts (
      account_id uuid not null primary key references identity.principals (principal_id),
      kind text not null check (kind in ('PERSONAL', 'ORGANIZATION')),
      name text not null,
      plan_id text not null,
      created_at timestamptz not null default now()
    );

    create table identity.access_grants (
      account_id uuid not null references identity.accounts (account_id),
      principal_id uuid not null references identity.principals (principal_id),
      resource_type text not null,
      resource_id uuid not null,
      role text not null check (role in ('OWNER', 'ADMIN', 'MANAGER', 'OPERATOR', 'MEMBER', 'VIEWER')),
      created_at timestamptz not null default now(),
      primary key (account_id, principal_id, resource_type, resource_id),
      check (resource_type <> 'account' or resource_id = account_id)
    );
    create index on identity.access_grants (principal_id);

    -- A one-time code is derived from the nonce under a key outside the database; only its keyed hash is kept.
    create table identity.tokens (
      token_id uuid not null primary key,
      user_id uuid not null references identity.users (user_id) on delete cascade,
      purpose text not null check (purpose in ('VERIFY_IDENTIFIER')),
      nonce bytea not null,
      attempts integer not null default 0,
      delivery_status text not null default 'QUEUED' check (delivery_status in ('QUEUED', 'SENT', 'FAILED', 'CLOSED')),
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at timestamptz,
      revoked_at timestamptz
    );
    create index on identity.tokens (user_id, purpose, created_at);
    create unique index one_open_token on identity.tokens (user_id, purpose) where used_at is null and revoked_at is null;

    -- A code of its own a channel, so that the code that comes back says which identifier was proved.
    create table identity.token_channels (
      token_id uuid not null references identity.tokens (token_id) on delete cascade,
      channel text not null check (channel in ('SMS', 'EMAIL')),
      position integer not null,
      code_hash bytea not null,
      sent_at timestamptz,
      provider_message_id text,
      primary key (token_id, channel)
    );

    create table identity.user_sessions (
      session_id uuid not null primary key,
      user_id uuid not null references identity.users (user_id) on delete cascade,
      principal_id uuid not null references identity.principals (principal_id),
      generation integer not null default 1,
      created_at timestamptz not null default now(),
      last_used_at timestamptz not null default now(),
      expires_at timestamptz not null,
      revoked_at timestamptz,
      revoke_reason text check (revoke_reason in ('LOGGED_OUT', 'REFRESH_TOKEN_REUSED'))
    );
    create index on identity.user_sessions (user_id);

    -- A family of refresh tokens: one a generation. The successor is sealed under a key that only the token itself yields.
    create table identity.refresh_tokens (
      token_hash bytea not null primary key,
      session_id uuid not null references identity.user_sessions (session_id) on delete cascade,
      generation integer not null,
      created_at timestamptz not null default now(),
      rotated_at timestamptz,
      successor_sealed bytea,
      unique (session_id, generation)
    );

    create table identity.signing_keys (
      kid text not null primary key,
      algorithm text not null check (algorithm in ('ES256')),
      public_jwk jsonb not null,
      private_jwk_sealed bytea not null,
      created_at timestamptz not null default now(),
      retired_at timestamptz
    );

    -- What mail and SMS went out, in development only.
    create table platform.mailbox (
      message_id uuid not null primary key,
      idempotency_key text not null unique,
      channel text not null check (channel in ('SMS', 'EMAIL')),
      recipient public.citext not null,
      subject text not null,
      body text not null,
      otp text,
      sent_at timestamptz not null default now()
    );
    create index on platform.mailbox (recipient, message_id desc);

    do $$
    declare
      name text;
    begin
      foreach name in array array['identity.principals', 'identity.users', 'identity.platform_roles', 'identity.bootstraps',
        'identity.accounts', 'identity.access_grants', 'identity.tokens', 'identity.token_channels',
        'identity.user_sessions', 'identity.refresh_tokens', 'identity.signing_keys', 'platform.mailbox']
      loop
        execute format('alter table %s enable row level security', name);
        execute format('alter table %s force row level security', name);
        execute format('create policy platform on %s to millrace_app
          using ((select platform.current_account_id()) = platform.nil_uuid())
          with check ((select platform.current_account_id()) = platform.nil_uuid())', name);
      end loop;
      foreach name in array array['users', 'platform_roles', 'user_sessions', 'access_grants']
      loop
        execute format('create policy principal on identity.%I for select to millrace_app
          using (principal_id = (select platform.current_principal_id()))', name);
      end loop;
      foreach name in array array['accounts', 'access_grants']
      loop
        execute format('create policy account on identity.%I to millrace_app
          using (account_id = (select platform.current_account_id()))
          with check (account_id = (select platform.current_account_id()))', name);
      end loop;
    end $$;
    create policy principal on identity.accounts for select to millrace_app using (exists (
      select 1 from identity.access_grants g
      where g.account_id = accounts.account_id and g.principal_id = (select platform.current_principal_id())));

    grant select, insert on identity.principals, identity.platform_roles, identity.bootstraps, identity.accounts to millrace_app;
    grant select, insert, update on identity.users, identity.access_grants, identity.tokens, identity.token_channels,
      identity.user_sessions, identity.refresh_tokens, identity.signing_keys to millrace_app;
    grant delete on identity.users to millrace_app;
    grant select, insert on platform.mailbox to millrace_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table platform.mailbox; drop schema identity cascade');
}
