import { randomUUID } from 'node:crypto';
import { json } from 'node:stream/consumers';
import Koa from 'koa';
import pg from 'pg';

interface OrderRequest {
  seller_reservoir_id: string;
  requested_volume_liters: number;
  currency: string;
}

/**
 * Koa and an insert of the same row, under the same keys and indexes: no token, no checks, no
 * price, no stock, no event, no workflow.
 */
const pool = new pg.Pool({ connectionString: process.env['BARE_DATABASE_URL'], max: 10 });
const insert = {
  name: 'bare.order',
  text: `insert into bench.orders (account_id, order_id, order_code, seller_account_id, seller_reservoir_id, seller_display_name,
      requested_fill_mode, requested_volume_liters, price_rule_id, price_quote_total_minor, currency, status, next_deadline, created_by, created_at)
    values ($1, $2, $3, $4, $5, 'Maji Safi', 'VOLUME_LITERS', $6, $7, 50, $8, 'CREATED', now() + interval '1 day', $1, now())
    returning order_id, order_code, status, next_deadline`,
};

new Koa()
  .use(async (ctx) => {
    const body = (await json(ctx.req)) as OrderRequest;
    const [accountId, orderId, sellerId, ruleId] = [
      randomUUID(),
      randomUUID(),
      randomUUID(),
      randomUUID(),
    ];
    const { rows } = await pool.query({
      ...insert,
      values: [
        accountId,
        orderId,
        `ORD-${orderId}`,
        sellerId,
        body.seller_reservoir_id,
        body.requested_volume_liters,
        ruleId,
        body.currency,
      ],
    });
    ctx.status = 201;
    ctx.body = rows[0];
  })
  .listen(Number(process.env['PORT']), '127.0.0.1', () => process.send?.({ ready: 'bare orders' }));
process.on('SIGTERM', () => process.exit(0));
