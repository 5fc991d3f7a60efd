import type { Knex } from 'knex';

/** Tables read by the platform besides the accounts with the row. */
const shared = [
  { table: 'water.orders', owners: 'account_id, seller_account_id', policy: 'parties' },
  { table: 'water.device_attachments', owners: 'account_id', policy: 'account' },
];

const caller = '(select platform.current_account_id())';

/**
 * Row-level security verifies the context once instead of twice: each policy of a statement
 * verifies the context separately.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function platform.verified_context() returns text[] language plpgsql stable security definer
      set search_path = pg_catalog, pg_temp as $$
    declare
      parts text[] := string_to_array(current_setting('millrace.context', true), '|');
      secret text;
    begin
      select context_keys.key into secret from platform.context_keys;
      if cardinality(parts) = 5 and parts[5] = encode(public.hmac(
        concat_ws('|', parts[1], parts[2], parts[3], parts[4]), secret, 'sha256'), 'hex') then
        -- Signed by us, so it is as we write it: an expiry in seconds, a backend.
        if parts[4] = pg_backend_pid()::text and parts[3]::bigint >= extract(epoch from clock_timestamp()) then return parts; end if;
      end if;
      return null;
    end $$`);
  for (const { table, owners, policy } of shared)
    await knex.raw(`
      drop policy platform on ${table};
      drop policy ${policy} on ${table};
      create policy ${policy}_and_platform on ${table} for select to millrace_app
        using (${caller} = any (array[${owners}, platform.nil_uuid()]));
      create policy ${policy}_insert on ${table} for insert to millrace_app
        with check (${caller} = any (array[${owners}]));
      create policy ${policy}_update on ${table} for update to millrace_app
        using (${caller} = any (array[${owners}])) with check (${caller} = any (array[${owners}]))`);
}

export async function down(knex: Knex): Promise<void> {
  for (const { table, owners, policy } of shared)
    await knex.raw(`
      drop policy ${policy}_and_platform on ${table};
      drop policy ${policy}_insert on ${table};
      drop policy ${policy}_update on ${table};
      create policy ${policy} on ${table} to millrace_app
        using (${caller} = any (array[${owners}])) with check (${caller} = any (array[${owners}]));
      create policy platform on ${table} for select to millrace_app using (${caller} = platform.nil_uuid())`);
  await knex.raw(`
    create or replace function platform.verified_context() returns text[] language plpgsql stable security definer
      set search_path = pg_catalog, pg_temp as $$
    declare
      raw text := current_setting('millrace.context', true);
      parts text[];
      secret text;
    begin
      if raw is null or raw = '' then return null; end if;
      parts := string_to_array(raw, '|');
      if array_length(parts, 1) is distinct from 5 or parts[3] !~ '^[0-9]{1,12}$' then return null; end if;
      if parts[4] is distinct from pg_backend_pid()::text then return null; end if;
      if parts[3]::bigint < extract(epoch from clock_timestamp()) then return null; end if;
      select context_keys.key into secret from platform.context_keys;
      if secret is null or parts[5] is distinct from encode(public.hmac(
        concat_ws('|', parts[1], parts[2], parts[3], parts[4]), secret, 'sha256'), 'hex') then return null; end if;
      return parts;
    end $$`);
}
