import type { Knex } from 'knex';

/**
 * The buyer first, then the stock, for every order: so no two wait for each other. The order is
 * looked for behind the locks, with a snapshot of its own: a first attempt may have been committed
 * during the wait, also by a process that has died since.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function water.lock_stock(buyer_lock bigint, buyer uuid, placed_order uuid, seller uuid, reservoir uuid)
      returns boolean language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(buyer_lock);
      perform from water.seller_reservoirs s where s.account_id = seller and s.reservoir_id = reservoir for update;
      return exists (select from water.orders o where o.account_id = buyer and o.order_id = placed_order);
    end $$;
    revoke execute on function water.lock_stock from public;
    grant execute on function water.lock_stock to millrace_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop function water.lock_stock;`);
}
