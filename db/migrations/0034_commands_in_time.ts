import type { Knex } from 'knex';

const finishCommand = (isInTime: string): string => `
  create or replace function platform.finish_command(signed text, finished uuid, answer jsonb, subject_key text)
    returns setof platform.commands language plpgsql set search_path = pg_catalog, pg_temp as $$
  declare
    own text := current_setting('millrace.context', true);
  begin
    signed := set_config('millrace.context', signed, true);
    return query
      update platform.commands c set result = answer, completed_at = clock_timestamp(),
        subject_id = coalesce(subject_key, c.subject_id)
      where c.account_id = platform.current_account_id() and c.command_id = finished and c.completed_at is null ${isInTime}
      returning c.*;
    own := set_config('millrace.context', own, true);
  end $$`;

/**
 * A command without a key takes effect while the caller waits, and no later, since nobody could
 * find the result. A command with a key may take effect for as long as the key is remembered.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    finishCommand(
      `and clock_timestamp() < case when c.idempotency_key is null then c.lease_until else c.expires_at end`,
    ),
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(finishCommand(''));
}
