import { Type } from 'typebox';
import { mailboxViews } from '../../db/notifications/mailbox.views.js';
import { messageChannels } from '../../workflows/identity/notice/message.contract.js';
import { developmentOnly, route, type Route } from '../route/route.js';
import { closedObject, status, timestamp } from '../route/schema.js';

const maxItems = 50;

const mailbox = closedObject({
  items: Type.Array(
    closedObject({
      channel: status(...messageChannels),
      to: Type.String(),
      subject: Type.String(),
      text: Type.String(),
      sent_at: timestamp,
      otp: Type.Optional(Type.String()),
      invite_token: Type.Optional(Type.String()),
    }),
    { maxItems },
  ),
});

export function createMailboxRoutes(): Route[] {
  const listMailbox = route({
    method: 'get',
    path: '/ui/mailbox.json',
    operationId: 'listMailbox',
    summary: 'What mail, SMS and pushes went out, newest first',
    tag: 'Development',
    access: developmentOnly(),
    query: closedObject({
      to: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 1_000,
          description: 'Address, number, or push token',
        }),
      ),
    }),
    responses: { 200: mailbox },
  }).handledBy(async ({ scope, query }) => ({
    status: 200,
    // An unescaped plus arrives as a space.
    body: { items: await mailboxViews(scope).list(query.to?.replace(/^ /, '+'), maxItems) },
  }));

  return [listMailbox];
}
