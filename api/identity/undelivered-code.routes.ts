import { Type } from 'typebox';
import { createUndeliveredCodeViews } from '../../db/identity/undelivered-code.views.js';
import type { Database } from '../../db/shared/database.js';
import { channels, deliveryFailures } from '../../workflows/identity/otp.contract.js';
import type { Cursors } from '../shared/cursor.js';
import { platformAdmin, route, type Route } from '../shared/route.js';
import { component, nullable, object, page, pageQuery, status, timestamp, uuid } from '../shared/schema.js';

const undeliveredCode = component(
  'UndeliveredCode',
  object({
    token_id: uuid,
    purpose: Type.String({ examples: ['VERIFY_IDENTIFIER'] }),
    delivery_status: status('QUEUED', 'FAILED'),
    created_at: timestamp,
    expires_at: timestamp,
    channels: Type.Array(
      object({
        channel: Type.Enum([...channels]),
        identifier: nullable(Type.String({ description: 'Masked', examples: ['a…@example.com'] })),
        is_sent: Type.Boolean(),
        failure_reason: nullable(
          Type.Enum([...deliveryFailures], { description: 'Why the last try has failed; null where none has yet' }),
        ),
        failure_code: nullable(
          Type.String({
            description: 'Of the failure, where it has one: of the network, or of the protocol',
            examples: ['ECONNREFUSED'],
          }),
        ),
        failed_at: nullable(timestamp),
      }),
      { maxItems: 10 },
    ),
  }),
);

/** Whose codes have not gone out, as far as an operator need know them. */
export function createUndeliveredCodeRoutes(parts: { database: Database; cursors: Cursors }): Route[] {
  const views = createUndeliveredCodeViews(parts.database.read);
  const cursors = parts.cursors.of('undelivered-codes');
  return [
    route({
      method: 'get',
      path: '/v1/internal/diagnostics/codes',
      summary: 'List one-time codes that have not gone out, and why, newest first',
      tag: 'Oversight',
      access: platformAdmin(),
      audit: { action: 'code.oversee', subject: 'token', id: null },
      query: pageQuery,
      responses: { 200: page(undeliveredCode) },
    }).handledBy(async ({ query: { limit, cursor } }) => {
      const [before = null] = cursors.decode(cursor) ?? [];
      const rows = await views.page(before as string | null, limit + 1);
      const { items, next_cursor } = cursors.page(rows, limit, ({ token_id }) => [token_id]);
      const masked = items.map(({ channels: tried, ...code }) => ({
        ...code,
        channels: tried.map(({ identifier, ...channel }) => ({
          ...channel,
          identifier: identifier && maskOf(identifier),
        })),
      }));
      return { status: 200, body: { items: masked, next_cursor } };
    }),
  ];
}

/** Enough to know it again, and not enough to write there: `a…@example.com`, `+254…678`. */
function maskOf(identifier: string): string {
  const [name = '', domain] = identifier.split('@');
  return domain === undefined ? `${identifier.slice(0, 4)}…${identifier.slice(-3)}` : `${name.slice(0, 1)}…@${domain}`;
}
