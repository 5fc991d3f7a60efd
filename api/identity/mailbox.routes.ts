import { Type } from 'typebox';
import type { MailboxViews } from '../../db/platform/mailbox.views.js';
import { channels } from '../../workflows/identity/otp.contract.js';
import { developmentOnly, route, type Route } from '../shared/route.js';
import { object, status, timestamp } from '../shared/schema.js';

const maxItems = 50;

const mailbox = object({
  items: Type.Array(
    object({
      channel: status(...channels),
      to: Type.String(),
      subject: Type.String(),
      text: Type.String(),
      sent_at: timestamp,
      otp: Type.Optional(Type.String()),
    }),
    { maxItems },
  ),
});

export function createMailboxRoutes({ views }: { views: MailboxViews }): Route[] {
  return [
    route({
      method: 'get',
      path: '/ui/mailbox.json',
      operationId: 'listMailbox',
      summary: 'What mail and SMS went out, newest first',
      tag: 'Development',
      access: developmentOnly(),
      query: object({
        to: Type.Optional(Type.String({ minLength: 1, maxLength: 254, description: 'Address or number' })),
      }),
      responses: { 200: mailbox },
    }).handledBy(async ({ query }) => ({
      status: 200,
      // A plus that was not escaped arrives as a space.
      body: { items: await views.list(query.to?.replace(/^ /, '+'), maxItems) },
    })),
  ];
}
