import type { Knex } from 'knex';

/**
 * The needs of every table with rows of accounts: row-level security also for the table's owner, a
 * policy comparing `account_id` with the signed context, and the privileges used by the
 * application. For migrations alone; no role may execute the function.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function platform.tenant_table(
      target regclass, privileges text[] default array['select', 'insert', 'update', 'delete']
    ) returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
    begin
      if not privileges <@ array['select', 'insert', 'update', 'delete'] then
        raise 'an application may select, insert, update and delete, and nothing else: %', privileges;
      end if;
      execute format('alter table %s enable row level security', target);
      execute format('alter table %s force row level security', target);
      execute format('create policy account on %s to millrace_app
        using (account_id = (select platform.current_account_id()))
        with check (account_id = (select platform.current_account_id()))', target);
      execute format('grant %s on %s to millrace_app', array_to_string(privileges, ', '), target);
    end $$;
    revoke execute on function platform.tenant_table from public;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function platform.tenant_table');
}
