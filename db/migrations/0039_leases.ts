import type { Knex } from 'knex';

/**
 * An office of one process at a time, for as long as the process renews the lease: a process frozen
 * with an open connection loses the office all the same. Each holder has a higher number than the
 * holder before, and work done in the office names the number.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table platform.leases (
      name text primary key,
      number bigint not null default 0,
      held_until timestamptz not null default '-infinity'
    );
    insert into platform.leases (name) values ('outbox');
    alter table platform.leases enable row level security;
    alter table platform.leases force row level security;
    create policy relay on platform.leases to millrace_relay using (true) with check (true);
    create policy lookup on platform.leases for select to millrace_app using (true);
    grant select, update (number, held_until) on platform.leases to millrace_relay;
    grant select on platform.leases to millrace_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table platform.leases');
}
