import type { Knex } from 'knex';

/** A buyer's holds on the stock of others, so that placing an order can bound the holds. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index orders_open_of_buyer on water.orders (account_id)
      where status in ('CREATED', 'ACCEPTED', 'DISPUTED') and delivered_at is null;

    -- An order is placed in its seller's context, which sees none of what the buyer has ordered elsewhere: so this counts
    -- under the buyer's, signed for the same connection, and gives back the one that was there.
    create function water.open_holds(buyer_context text, buyer uuid, seller uuid, reservoir uuid, out orders_of_buyer int,
      out liters_of_buyer float8, out orders_with_seller int, out liters_with_seller float8, out pending_liters float8)
      language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
    declare
      own text := current_setting('millrace.context', true);
    begin
      perform set_config('millrace.context', buyer_context, true);
      select count(*), coalesce(sum(o.requested_volume_liters), 0),
        count(*) filter (where o.seller_account_id = seller),
        coalesce(sum(o.requested_volume_liters) filter (where o.seller_account_id = seller), 0),
        coalesce(sum(o.requested_volume_liters) filter (where o.status = 'CREATED' and o.seller_account_id = seller
          and o.seller_reservoir_id = reservoir), 0)
      into orders_of_buyer, liters_of_buyer, orders_with_seller, liters_with_seller, pending_liters
      from water.orders o
      where o.account_id = buyer and o.status in ('CREATED', 'ACCEPTED', 'DISPUTED') and o.delivered_at is null;
      perform set_config('millrace.context', own, true);
    end $$;
    revoke execute on function water.open_holds from public;
    grant execute on function water.open_holds to millrace_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function water.open_holds;
    drop index water.orders_open_of_buyer;
  `);
}
