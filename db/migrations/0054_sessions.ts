import type { Knex } from 'knex';

const reasons = [
  'LOGGED_OUT',
  'LOGGED_OUT_EVERYWHERE',
  'REFRESH_TOKEN_REUSED',
  'PASSWORD_RESET',
  'PASSWORD_CHANGED',
  'ENDED_BY_USER',
  'ENDED_BY_ADMIN',
  'USER_LOCKED',
  'USER_DISABLED',
  'ERASED',
  'TOO_MANY',
];
const reasonsBefore = ['LOGGED_OUT', 'REFRESH_TOKEN_REUSED'];

const revokeReasons = (names: readonly string[]): string => `
  alter table identity.user_sessions drop constraint user_sessions_revoke_reason_check,
    add constraint user_sessions_revoke_reason_check check (revoke_reason in (${names.map((name) => `'${name}'`).join(', ')}));`;

/**
 * A session as the owner sees the session: place, program and kind of the sign-in. Programs are
 * remembered beyond the sessions, so a new program is told.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ${revokeReasons(reasons)}
    alter table identity.user_sessions add column ip text, add column user_agent text,
      -- Ways of proof (RFC 8176); the version before knows passwords alone.
      add column if not exists amr text[] not null default '{pwd}';
    -- For the purge.
    create index user_sessions_ended on identity.user_sessions (least(revoked_at, expires_at, absolute_until));
    grant delete on identity.user_sessions to millrace_app;

    create table identity.sign_in_agents (
      user_id uuid not null references identity.users (user_id) on delete cascade,
      -- SHA-256 of the program's name.
      agent_hash bytea not null,
      seen_at timestamptz not null default now(),
      primary key (user_id, agent_hash)
    );
    create index on identity.sign_in_agents (seen_at);
    alter table identity.sign_in_agents enable row level security;
    alter table identity.sign_in_agents force row level security;
    create policy platform on identity.sign_in_agents to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid())
      with check ((select platform.current_account_id()) = platform.nil_uuid());
    grant select, insert, update, delete on identity.sign_in_agents to millrace_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table identity.sign_in_agents;
    revoke delete on identity.user_sessions from millrace_app;
    drop index identity.user_sessions_ended;
    alter table identity.user_sessions drop column ip, drop column user_agent, drop column if exists amr;
    update identity.user_sessions set revoke_reason = 'LOGGED_OUT'
      where revoke_reason not in (${reasonsBefore.map((name) => `'${name}'`).join(', ')});
    ${revokeReasons(reasonsBefore)}
  `);
}
