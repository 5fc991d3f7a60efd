import type { Knex } from 'knex';

/**
 * Invites into accounts. Token and code are derived from the invite's id under a key outside the
 * database; hashes are here. A registration by an invite's code or id joins on verification.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table identity.invites (
      account_id uuid not null references identity.accounts (account_id),
      invite_id uuid not null,
      channel text not null check (channel in ('SMS', 'EMAIL')),
      identifier text not null,
      role text not null check (role in ('OWNER', 'ADMIN', 'MANAGER', 'OPERATOR', 'MEMBER', 'VIEWER')),
      -- Null for a role on the whole account.
      site_ids uuid[] check (cardinality(site_ids) between 1 and 100),
      token_hash bytea not null check (length(token_hash) = 32),
      code_hash bytea not null check (length(code_hash) = 32),
      language text not null default 'en',
      status text not null default 'PENDING' check (status in ('PENDING', 'ACCEPTED', 'REVOKED', 'EXPIRED')),
      invited_by uuid not null references identity.principals (principal_id),
      accepted_by uuid references identity.principals (principal_id) check ((accepted_by is not null) = (status = 'ACCEPTED')),
      sending_no integer not null default 1 check (sending_no > 0),
      sending_at timestamptz not null default now(),
      sent_no integer not null default 0,
      reminded_at timestamptz,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      primary key (account_id, invite_id)
    );
    create unique index invites_pending on identity.invites (account_id, channel, identifier) where status = 'PENDING';
    create unique index invites_code on identity.invites (code_hash) where status = 'PENDING';
    create index on identity.invites (token_hash);
    create index on identity.invites (invite_id);
    create index invites_open on identity.invites (invite_id) where status = 'PENDING';
    create index on identity.invites (invited_by);
    create index on identity.invites (accepted_by);
    select platform.tenant_table('identity.invites', array['select', 'insert']);
    grant update (role, site_ids, language, status, invited_by, accepted_by, sending_no, sending_at, sent_no, reminded_at)
      on identity.invites to millrace_app;
    create policy platform on identity.invites to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid())
      with check ((select platform.current_account_id()) = platform.nil_uuid());

    alter table identity.registrations
      add column invite_account_id uuid,
      add column invite_id uuid,
      add foreign key (invite_account_id, invite_id) references identity.invites (account_id, invite_id);
    create index on identity.registrations (invite_account_id, invite_id) where invite_id is not null;
    alter table notifications.mailbox add column invite_token text;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table notifications.mailbox drop column invite_token;
    alter table identity.registrations drop column invite_id, drop column invite_account_id;
    drop table identity.invites;
  `);
}
