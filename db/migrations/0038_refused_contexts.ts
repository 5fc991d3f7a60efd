import type { Knex } from 'knex';

const verified = (otherwise: string) => `
  create or replace function platform.verified_context() returns text[] language sql stable security definer
  begin atomic
    select case when c.raw is null or c.raw = '' then null
      when right(c.raw, 64) = encode(public.hmac(left(c.raw, -65), k.key, 'sha256'), 'hex')
      -- Signed by us, so it is as we write it: an expiry in seconds, a backend.
      then case when split_part(c.raw, '|', 4) = pg_backend_pid()::text
        and split_part(c.raw, '|', 3)::bigint >= extract(epoch from clock_timestamp())
        then string_to_array(left(c.raw, -65), '|') else ${otherwise} end
      else ${otherwise} end
    from platform.context_keys k cross join (select current_setting('millrace.context', true) as raw offset 0) c;
  end`;

/**
 * A context of another connection, expired or forged, is an error. Before, such a context counted
 * as nobody's and showed an empty database, and the caller believed the rows of the work to be
 * missing. Without a context no row is visible, as before.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function platform.refuse_context() returns text[] language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin
      raise exception 'the context is expired, or of another connection or key' using errcode = 'MR002';
    end $$;
    ${verified('platform.refuse_context()')}`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${verified('null')};
    drop function platform.refuse_context`);
}
