import type { Knex } from 'knex';

const tables = ['notices', 'notice_messages'];

/**
 * Notices to people about the people's own credentials. The recipients are fixed with the notice,
 * so a replaced address hears of the replacement.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table identity.notices (
      event_id uuid not null primary key,
      user_id uuid not null references identity.users (user_id) on delete cascade,
      kind text not null,
      status text not null default 'QUEUED' check (status in ('QUEUED', 'SENT', 'FAILED')),
      created_at timestamptz not null default now()
    );
    create index on identity.notices (created_at);
    create index on identity.notices (user_id);
    create index notices_queued on identity.notices (event_id) where status = 'QUEUED';

    create table identity.notice_messages (
      event_id uuid not null references identity.notices (event_id) on delete cascade,
      message_id uuid not null default gen_random_uuid(),
      channel text not null check (channel in ('SMS', 'EMAIL')),
      identifier text not null,
      sent_at timestamptz,
      primary key (event_id, message_id),
      unique (event_id, channel, identifier)
    );
  `);
  for (const table of tables)
    await knex.raw(`
      alter table identity.${table} enable row level security;
      alter table identity.${table} force row level security;
      create policy platform on identity.${table} to millrace_app
        using ((select platform.current_account_id()) = platform.nil_uuid())
        with check ((select platform.current_account_id()) = platform.nil_uuid());
      grant select, insert, update, delete on identity.${table} to millrace_app`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table identity.notice_messages; drop table identity.notices');
}
