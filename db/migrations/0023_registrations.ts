import type { Knex } from 'knex';

/**
 * A registration is proved before the registration belongs to a user: each is a separate attempt, a
 * code belongs to the address of delivery, and an identifier is unique among users with a proof.
 * Wrong codes and passwords are counted for everybody alike.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- An identifier that nobody proved may be typed by anybody, so it is nobody's.
    alter table identity.users drop constraint users_email_key, drop constraint users_phone_e164_key;
    create unique index users_proved_email on identity.users (email) where email_verified_at is not null;
    create unique index users_proved_phone on identity.users (phone_e164) where phone_verified_at is not null;
    -- For the version before, which looks for unproved ones as well.
    create index users_email on identity.users (email);
    create index users_phone on identity.users (phone_e164);
    create index users_pending on identity.users (updated_at) where status = 'PENDING_VERIFICATION';
    -- Whoever proved an identifier and did not say which attempt on it is theirs has no password yet.
    alter table identity.users alter column password_hash drop not null;

    -- What somebody who registered would be: theirs once an identifier of it is proved.
    create table identity.registrations (
      registration_id uuid not null primary key,
      user_id uuid not null references identity.users (user_id) on delete cascade,
      email public.citext,
      phone_e164 text check (phone_e164 ~ '^\\+[1-9][0-9]{6,14}$'),
      password_hash text not null,
      preferred_language text not null default 'en',
      -- Of the token that the registration was answered with, and that names it when a code comes back.
      token_hash bytea not null unique,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      check (email is not null or phone_e164 is not null)
    );
    create index on identity.registrations (email);
    create index on identity.registrations (phone_e164);
    create index on identity.registrations (user_id);
    create index on identity.registrations (expires_at);

    -- Where a code goes, fixed when it is issued; null in what the version before issued.
    alter table identity.token_channels add column identifier text;
    create index on identity.token_channels (identifier, token_id) where identifier is not null;
    -- Of the identifier that the first message goes to, by a keyed hash; null in what the version before issued.
    alter table identity.tokens add column identifier_hash bytea;
    create index on identity.tokens (identifier_hash, purpose, created_at) where identifier_hash is not null;
    drop index identity.one_open_token;
    create unique index one_open_token on identity.tokens (user_id, purpose, identifier_hash) nulls not distinct
      where used_at is null and revoked_at is null;

    -- How often codes for an identifier were asked for and tried, whether it is anybody's or not.
    create table identity.code_standings (
      identifier_hash bytea not null,
      purpose text not null,
      asked_count integer not null default 0,
      asked_at timestamptz not null default now(),
      try_count integer not null default 0,
      tried_at timestamptz not null default now(),
      primary key (identifier_hash, purpose)
    );
    create table identity.code_misses (
      identifier_hash bytea not null,
      purpose text not null,
      hour timestamptz not null,
      wrong integer not null default 0,
      primary key (identifier_hash, purpose, hour)
    );
    create index on identity.code_misses (hour);

    -- Wrong passwords for an identifier from wherever, but for devices that have signed in before.
    create table identity.sign_in_misses (
      identifier_hash bytea not null primary key,
      wrong integer not null default 0,
      wrong_at timestamptz not null default now(),
      admitted_at timestamptz
    );

    -- However often it is refreshed, a session ends then.
    alter table identity.user_sessions add column absolute_until timestamptz not null default now() + interval '90 days';
    update identity.user_sessions set absolute_until = created_at + interval '90 days';

    grant select, insert, update, delete on identity.registrations, identity.code_standings, identity.code_misses,
      identity.sign_in_misses to millrace_app;
  `);
  for (const table of ['registrations', 'code_standings', 'code_misses', 'sign_in_misses'])
    await knex.raw(`
      alter table identity.${table} enable row level security;
      alter table identity.${table} force row level security;
      create policy platform on identity.${table} to millrace_app
        using ((select platform.current_account_id()) = platform.nil_uuid())
        with check ((select platform.current_account_id()) = platform.nil_uuid())`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table identity.user_sessions drop column absolute_until;
    drop table identity.sign_in_misses, identity.code_misses, identity.code_standings, identity.registrations;
    -- Of several open codes of one user the version before knows the newest.
    update identity.tokens t set revoked_at = now() where t.used_at is null and t.revoked_at is null and exists (
      select 1 from identity.tokens n where n.user_id = t.user_id and n.purpose = t.purpose and n.used_at is null
        and n.revoked_at is null and n.token_id > t.token_id);
    drop index identity.one_open_token;
    create unique index one_open_token on identity.tokens (user_id, purpose) where used_at is null and revoked_at is null;
    alter table identity.tokens drop column identifier_hash;
    alter table identity.token_channels drop column identifier;
    -- An identifier is whose it was proved to be; of those who did not prove it, the first one's.
    update identity.users u set email = null where u.email_verified_at is null and u.phone_verified_at is not null;
    update identity.users u set phone_e164 = null where u.phone_verified_at is null and u.email_verified_at is not null;
    delete from identity.users u where u.status = 'PENDING_VERIFICATION' and exists (select 1 from identity.users o
      where o.user_id <> u.user_id and (o.email = u.email or o.phone_e164 = u.phone_e164)
        and (o.status <> 'PENDING_VERIFICATION' or o.user_id < u.user_id));
    -- Nobody knows the password that this is the hash of.
    update identity.users set password_hash = '' where password_hash is null;
    alter table identity.users alter column password_hash set not null;
    drop index identity.users_proved_email, identity.users_proved_phone, identity.users_email, identity.users_phone,
      identity.users_pending;
    alter table identity.users add constraint users_email_key unique (email),
      add constraint users_phone_e164_key unique (phone_e164);
  `);
}
