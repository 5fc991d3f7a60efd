import type { Knex } from 'knex';

const caller = '(select platform.current_account_id())';
const author = '(select platform.current_principal_id())';
const ofBoth = `seller_account_id = ${caller} and account_id = (select platform.current_counterpart_id())`;
/** The account of the note or review is one of the two parties of the named order. */
const ofItsOrder = (
  table: string,
): string => `exists (select 1 from water.orders o where o.account_id = ${table}.account_id
  and o.order_id = ${table}.order_id and o.seller_account_id = ${table}.seller_account_id)`;
const writings = {
  order_notes: `${caller} = any (array[account_id, seller_account_id]) and ${ofItsOrder('order_notes')}`,
  order_reviews: `${caller} = case author_party when 'BUYER' then account_id else seller_account_id end
    and ${ofItsOrder('order_reviews')}`,
};
/** The columns of an attachment that change; unit, account and reservoir of the attachment stay. */
const ofAttachment = 'detached_at, name, interval_ms, status';
const expiring = ['idempotency_keys', 'commands'];

/**
 * The right to see a row of two parties, or to point to somebody else's row, gives no right to
 * write the row.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Both parties read an order; what becomes of it is written in a context that is signed for both.
    drop policy parties_update on water.orders;
    create policy seller_for_buyer_update on water.orders for update to millrace_app using (${ofBoth}) with check (${ofBoth});

    -- A unit is attached by the account that has claimed it.
    create policy lookup on water.device_units for select to millrace_owner using (true);
    create function water.has_claimed(device text) returns boolean language sql stable security definer
    begin atomic
      select exists (select 1 from water.device_units u
        where u.device_id = device and u.claimed_by = platform.current_account_id()
          and coalesce(u.assigned_to, u.claimed_by) = u.claimed_by);
    end;
    grant execute on function water.has_claimed to millrace_app;
    drop policy account_insert on water.device_attachments;
    create policy account_insert on water.device_attachments for insert to millrace_app
      with check (account_id = ${caller} and water.has_claimed(device_id));
    revoke update on water.device_attachments from millrace_app;
    grant update (${ofAttachment}) on water.device_attachments to millrace_app;

    -- The relay deletes what has expired, and nothing before.
    ${expiring.map((table) => `alter policy relay on platform.${table} using (expires_at < now());`).join('\n    ')}`);

  for (const [table, own] of Object.entries(writings))
    await knex.raw(`
      drop policy author on water.${table};
      create policy author on water.${table} for insert to millrace_app
        with check (author_principal_id = ${author} and ${own})`);
}

export async function down(knex: Knex): Promise<void> {
  for (const [table, own] of Object.entries(writings))
    await knex.raw(`
      drop policy author on water.${table};
      create policy author on water.${table} for insert to millrace_app with check (${own})`);
  await knex.raw(`
    ${expiring.map((table) => `alter policy relay on platform.${table} using (true);`).join('\n    ')}
    grant update on water.device_attachments to millrace_app;
    drop policy account_insert on water.device_attachments;
    create policy account_insert on water.device_attachments for insert to millrace_app
      with check (${caller} = any (array[account_id]));
    drop function water.has_claimed;
    drop policy lookup on water.device_units;
    drop policy seller_for_buyer_update on water.orders;
    create policy parties_update on water.orders for update to millrace_app
      using (${caller} = any (array[account_id, seller_account_id]))
      with check (${caller} = any (array[account_id, seller_account_id]))`);
}
