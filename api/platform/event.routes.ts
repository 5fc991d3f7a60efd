import { Type } from 'typebox';
import { createEventViews } from '../../db/platform/event.views.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Authenticator } from '../shared/caller.js';
import type { Cursors } from '../shared/cursor.js';
import type { EventStreams } from '../shared/event-streams.js';
import { bearerToken } from '../shared/guard.js';
import { placeOf } from '../shared/place.js';
import { media, member, route, type Route } from '../shared/route.js';
import { object, page, uuid } from '../shared/schema.js';
import { event, eventQuery } from './event.schemas.js';
import type { Database } from '../../db/shared/database.js';

export interface EventRouteParts {
  database: Database;
  cursors: Cursors;
  streams: EventStreams;
  authenticator: Authenticator;
}

const streamHeaders = {
  'Cache-Control': 'no-store, no-transform',
  // A proxy that gathers an answer before it passes it on would hold events back.
  'X-Accel-Buffering': 'no',
};

export function createEventRoutes({ database, cursors: allCursors, streams, authenticator }: EventRouteParts): Route[] {
  const views = createEventViews(database.read);
  const cursors = allCursors.of('events');

  return [
    route({
      method: 'get',
      path: '/v1/accounts/:account_id/events',
      summary: 'List what has happened, newest first',
      description: 'Also what happened between this account and another, such as an order.',
      tag: 'Events',
      access: member(),
      query: eventQuery,
      responses: { 200: page(event) },
    }).handledBy(async ({ accountId, query: { limit, cursor, event_type, subject_type, subject_id } }) => {
      const [before = null] = cursors.decode(cursor) ?? [];
      const filter = {
        eventType: event_type ?? null,
        subjectType: subject_type ?? null,
        subjectId: subject_id ?? null,
      };
      const rows = await views.page(accountId, filter, before as number | null, limit + 1);
      const { items, next_cursor } = cursors.page(rows, limit, ({ position }) => [position]);
      return { status: 200, body: { items: items.map((row) => row.event), next_cursor } };
    }),

    route({
      method: 'get',
      path: '/v1/accounts/:account_id/events/:event_id',
      summary: 'Read one event',
      tag: 'Events',
      access: member(),
      responses: { 200: event },
      errors: ['RESOURCE_NOT_FOUND'],
    }).handledBy(async ({ accountId, params: { event_id: eventId } }) => {
      const found = await views.byId(accountId, eventId);
      if (!found) throw failure('RESOURCE_NOT_FOUND');
      return { status: 200, body: found };
    }),

    route({
      method: 'get',
      path: '/v1/accounts/:account_id/events/stream',
      operationId: 'streamEvents',
      summary: 'Listen to events as they happen',
      description:
        'Server-sent events, each with its event_id as id. With `Last-Event-ID` the stream goes on behind that event and ' +
        'leaves none out; without, it begins now. It ends with the sign-in, when the server stops, and when nothing of it is ' +
        'taken for 30 s: come back then. An account may have 50 open at an API process, one of ' +
        'its people 20, and an address 100.',
      tag: 'Events',
      access: member(),
      requestHeaders: object({
        'Last-Event-ID': Type.Optional({ ...uuid, description: 'The id of the last event that was taken' }),
      }),
      responses: { 200: media('text/event-stream') },
      errors: ['INVALID_CURSOR'],
    }).handledBy(async ({ accountId, caller: { principalId }, clientIp, header }) => {
      const lastId = header('Last-Event-ID');
      const afterNo = lastId === '' ? await views.newestNo() : await resumeBehind(accountId, lastId);
      const token = bearerToken(header('Authorization'));
      const assertAllowed = async (): Promise<void> => {
        const { memberships } = await authenticator.authenticate(token);
        if (!memberships.some((membership) => membership.accountId === accountId)) throw failure('FORBIDDEN');
      };
      const place = placeOf(clientIp);
      const body = streams.open({ accountId, principalId, place, afterNo, assertAllowed });
      return { status: 200, body, headers: streamHeaders };
    }),
  ];

  async function resumeBehind(accountId: string, eventId: string): Promise<number> {
    const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(eventId);
    const afterNo = isId ? await views.dispatchNoOf(accountId, eventId) : undefined;
    if (afterNo === undefined) throw failure('INVALID_CURSOR');
    return afterNo;
  }
}
