import type { Knex } from 'knex';

const channels = (names: readonly string[]): string => `
  alter table notifications.mailbox drop constraint mailbox_channel_check,
    add constraint mailbox_channel_check check (channel in (${names.map((name) => `'${name}'`).join(', ')}));`;

/**
 * A person's wishes for messages of an account, and the person's phones and browsers. The platform
 * sees all tokens: a token registered by another person leaves the first, in any account.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ${channels(['SMS', 'EMAIL', 'PUSH'])}

    create table identity.notification_preferences (
      account_id uuid not null references identity.accounts (account_id),
      principal_id uuid not null references identity.principals (principal_id),
      -- By name, such as orders.push; a toggle that is not there is as at first.
      toggles jsonb not null default '{}' check (jsonb_typeof(toggles) = 'object'),
      -- { start, end, time_zone }
      quiet_hours jsonb check (jsonb_typeof(quiet_hours) = 'object'),
      updated_at timestamptz not null default now(),
      primary key (account_id, principal_id)
    );
    create index on identity.notification_preferences (principal_id);
    select platform.tenant_table('identity.notification_preferences', array['select', 'insert', 'update']);

    create table identity.push_tokens (
      account_id uuid not null references identity.accounts (account_id),
      push_token_id uuid not null,
      principal_id uuid not null references identity.principals (principal_id),
      platform text not null check (platform in ('ANDROID', 'IOS', 'WEB')),
      -- Both under keys outside the database.
      token_hash bytea not null check (length(token_hash) = 32),
      token_sealed bytea not null,
      created_at timestamptz not null default now(),
      renewed_at timestamptz not null default now(),
      primary key (account_id, push_token_id),
      unique (account_id, token_hash)
    );
    create index on identity.push_tokens (token_hash);
    create index on identity.push_tokens (principal_id, renewed_at);
    select platform.tenant_table('identity.push_tokens', array['select', 'insert', 'delete']);
    grant update (platform, token_sealed, renewed_at) on identity.push_tokens to millrace_app;

    create policy platform on identity.notification_preferences for select to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid());
    create policy platform on identity.push_tokens to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid())
      with check ((select platform.current_account_id()) = platform.nil_uuid());
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table identity.push_tokens;
    drop table identity.notification_preferences;
    delete from notifications.mailbox where channel = 'PUSH';
    ${channels(['SMS', 'EMAIL'])}
  `);
}
