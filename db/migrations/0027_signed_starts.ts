import type { Knex } from 'knex';

/**
 * The time until which workflows could be started without a signature. A new database lets no
 * unsigned start through. A database in use has runs of the version before, and processes of the
 * version before for as long as an upgrade goes on.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table platform.unsigned_starts (
      only_row boolean primary key default true check (only_row),
      until timestamptz not null
    );
    insert into platform.unsigned_starts (until)
      -- The size, since row-level security hides the rows from their owner.
      select case when pg_relation_size('identity.users') > 0 then now() + interval '10 minutes' else '-infinity' end;
    alter table platform.unsigned_starts enable row level security;
    alter table platform.unsigned_starts force row level security;
    create policy readable on platform.unsigned_starts for select to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid());
    grant select on platform.unsigned_starts to millrace_app`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table platform.unsigned_starts');
}
