import type { Knex } from 'knex';

/**
 * Counts across all accounts for the platform: numbers by account, without a row of any account.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create policy counting on platform.deliveries for select to millrace_owner using (state = 'DEAD');
    create function platform.dead_letter_counts()
      returns table (account_id uuid, consumer_id text, count bigint, oldest_dead_at timestamptz)
      language sql stable security definer set search_path = pg_catalog, pg_temp begin atomic
      select d.account_id, d.consumer_id, count(*), min(d.dead_at) from platform.deliveries d
      where d.state = 'DEAD' and (select platform.current_account_id()) = platform.nil_uuid()
      group by 1, 2;
    end;
    grant execute on function platform.dead_letter_counts to millrace_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function platform.dead_letter_counts;
    drop policy counting on platform.deliveries;
  `);
}
