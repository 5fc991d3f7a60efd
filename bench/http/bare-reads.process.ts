import { createServer } from 'node:http';
import pg from 'pg';
import { orderDetail } from '../../db/water/order.views.js';
import { installTypeParsers } from '../../db/connection/pg-types.js';

/**
 * The reading of an order by the same SQL, with nothing else: no token, no context, no row-level
 * security, no checks.
 */
installTypeParsers();
const pool = new pg.Pool({ connectionString: process.env['BARE_DATABASE_URL'], max: 10 });
const { name, text } = orderDetail;

createServer((request, response) => {
  const orderId = request.url?.split('/').at(-1);
  pool.query({ name, text, values: [orderId] }).then(
    ({ rows }) => {
      response.writeHead(rows.length === 1 ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(rows[0] ?? {}));
    },
    () => response.writeHead(500).end(),
  );
}).listen(Number(process.env['PORT']), '127.0.0.1', () => process.send?.({ ready: 'bare reads' }));
process.on('SIGTERM', () => process.exit(0));
