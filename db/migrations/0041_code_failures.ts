import type { Knex } from 'knex';

/**
 * The reason for an undelivered code by channel: a word of Millrace and, where there is one, the
 * failure's code; never a provider's words.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table identity.token_channels
      add column failure_reason text check (failure_reason ~ '^[A-Z_]{1,40}$'),
      add column failure_code text check (failure_code ~ '^[A-Z0-9_]{1,40}$'),
      add column failed_at timestamptz;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table identity.token_channels drop column failure_reason, drop column failure_code, drop column failed_at;
  `);
}
