import type { Knex } from 'knex';

const purposes = (names: readonly string[]): string => `
  alter table identity.tokens drop constraint tokens_purpose_check,
    add constraint tokens_purpose_check check (purpose in (${names.map((name) => `'${name}'`).join(', ')}));`;

/**
 * A request to reset a password is a row before anybody looks up the identifier's owner, so a
 * request takes the same time for everybody and for nobody.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ${purposes(['VERIFY_IDENTIFIER', 'RESET_PASSWORD'])}
    create table identity.password_reset_requests (
      request_id uuid not null primary key,
      identifier text not null,
      channel text not null check (channel in ('SMS', 'EMAIL')),
      -- The code that is sent if somebody has proved the identifier, made where the key of codes is.
      token_id uuid not null,
      nonce bytea not null,
      identifier_hash bytea not null,
      code_hash bytea not null,
      created_at timestamptz not null default now()
    );
    create index on identity.password_reset_requests (created_at);
    alter table identity.password_reset_requests enable row level security;
    alter table identity.password_reset_requests force row level security;
    create policy platform on identity.password_reset_requests to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid())
      with check ((select platform.current_account_id()) = platform.nil_uuid());
    grant select, insert, delete on identity.password_reset_requests to millrace_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table identity.password_reset_requests;
    delete from identity.tokens where purpose <> 'VERIFY_IDENTIFIER';
    ${purposes(['VERIFY_IDENTIFIER'])}
  `);
}
