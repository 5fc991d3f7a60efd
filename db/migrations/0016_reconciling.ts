import type { Knex } from 'knex';

/** Work under way is found without reading work already over. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index orders_under_way on water.orders (order_id) where status in ('CREATED', 'ACCEPTED', 'DISPUTED');
    create index orders_disputable on water.orders (next_deadline, order_id) where status = 'DELIVERED';
    create index tokens_under_way on identity.tokens (token_id) where delivery_status = 'QUEUED';
    -- The platform looks at which exports are under way, of every account.
    create policy platform on platform.audit_exports for select to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid() and status = 'RUNNING');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop policy platform on platform.audit_exports;
    drop index water.orders_under_way, water.orders_disputable, identity.tokens_under_way;
  `);
}
