import { Type } from 'typebox';
import { undeliveredCodeViews } from '../../../db/identity/code/undelivered-code.views.js';
import { channels, deliveryFailures } from '../../../workflows/identity/otp.contract.js';
import type { Cursors } from '../../shared/cursor.js';
import { maskOf } from '../../shared/mask.js';
import { platformStaff, route, type Route } from '../../route/route.js';
import {
  component,
  nullable,
  closedObject,
  page,
  pageQuery,
  status,
  timestamp,
  uuid,
} from '../../route/schema.js';

const undeliveredCode = component(
  'UndeliveredCode',
  closedObject({
    token_id: uuid,
    purpose: Type.String({ examples: ['VERIFY_IDENTIFIER'] }),
    delivery_status: status('QUEUED', 'FAILED'),
    created_at: timestamp,
    expires_at: timestamp,
    channels: Type.Array(
      closedObject({
        channel: Type.Enum([...channels]),
        identifier: nullable(Type.String({ description: 'Masked', examples: ['a…@example.com'] })),
        is_sent: Type.Boolean(),
        failure_reason: nullable(
          Type.Enum([...deliveryFailures], {
            description: 'Why the last try has failed; null where none has yet',
          }),
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

/** Identifiers with undelivered codes, masked for the operator. */
export function createUndeliveredCodeRoutes({
  cursors: allCursors,
}: {
  cursors: Cursors;
}): Route[] {
  const cursors = allCursors.of('undelivered-codes');

  const listUndeliveredCodes = route({
    method: 'get',
    path: '/v1/internal/diagnostics/codes',
    summary: 'List one-time codes that have not gone out, and why, newest first',
    tag: 'Oversight',
    access: platformStaff(),
    audit: { action: 'code.oversee', subject: 'token', id: null },
    query: pageQuery,
    responses: { 200: page(undeliveredCode) },
  }).handledBy(async ({ scope, query: { limit, cursor } }) => {
    const [before = null] = cursors.decode(cursor) ?? [];
    const rows = await undeliveredCodeViews(scope).page(before as string | null, limit + 1);
    const { items, next_cursor } = cursors.page(rows, limit, ({ token_id }) => [token_id]);
    const masked = items.map(({ channels: tried, ...code }) => ({
      ...code,
      channels: tried.map(({ identifier, ...channel }) => ({
        ...channel,
        identifier: identifier && maskOf(identifier),
      })),
    }));
    return { status: 200, body: { items: masked, next_cursor } };
  });

  return [listUndeliveredCodes];
}
