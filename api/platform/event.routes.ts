import { Type } from 'typebox';
import { eventViews } from '../../db/platform/delivery/event.views.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Authenticator } from '../route/caller.js';
import type { Cursors } from '../shared/cursor.js';
import type { EventStreams } from '../shared/event-streams.js';
import { callerOf } from '../pipeline/guard.js';
import { placeOf } from '../limits/place.js';
import { media, member, route, type Route } from '../route/route.js';
import { closedObject, page, uuid } from '../route/schema.js';
import { event, eventFilter, eventQuery } from './event.schemas.js';
import type { ReadScope } from '../../db/connection/database.js';

export interface EventRouteParts {
  cursors: Cursors;
  streams: EventStreams;
  authenticator: Authenticator;
}

const streamHeaders = {
  'Cache-Control': 'no-store, no-transform',
  // A proxy that buffers an answer would hold events back.
  'X-Accel-Buffering': 'no',
};

export function createEventRoutes({
  cursors: allCursors,
  streams,
  authenticator,
}: EventRouteParts): Route[] {
  const cursors = allCursors.of('events');

  const listEvents = route({
    method: 'get',
    path: '/v1/accounts/:account_id/events',
    summary: 'List what has happened, newest first',
    description: 'Also what happened between this account and another, such as an order.',
    tag: 'Events',
    access: member(),
    scope: 'events.read',
    query: eventQuery,
    responses: { 200: page(event) },
  }).handledBy(async ({ scope, query: { limit, cursor, ...filter } }) => {
    const [before = null] = cursors.decode(cursor) ?? [];
    const rows = await eventViews(scope).page(
      eventFilter(filter),
      before as number | null,
      limit + 1,
    );
    const { items, next_cursor } = cursors.page(rows, limit, ({ position }) => [position]);
    return { status: 200, body: { items: items.map((row) => row.event), next_cursor } };
  });

  const readEvent = route({
    method: 'get',
    path: '/v1/accounts/:account_id/events/:event_id',
    summary: 'Read one event',
    tag: 'Events',
    access: member(),
    scope: 'events.read',
    responses: { 200: event },
    errors: ['RESOURCE_NOT_FOUND'],
  }).handledBy(async ({ scope, params: { event_id: eventId } }) => {
    const view = await eventViews(scope).byId(eventId);
    if (!view) throw failure('RESOURCE_NOT_FOUND');
    return { status: 200, body: view };
  });

  const streamEvents = route({
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
    scope: 'events.read',
    requestHeaders: closedObject({
      'Last-Event-ID': Type.Optional({
        ...uuid,
        description: 'The id of the last event that was taken',
      }),
    }),
    responses: { 200: media('text/event-stream') },
    errors: ['INVALID_CURSOR'],
  }).handledBy(async ({ scope, accountId, caller: { principalId }, clientIp, header }) => {
    const lastId = header('Last-Event-ID');
    const afterNo =
      lastId === '' ? await eventViews(scope).newestNo() : await dispatchNoOf(scope, lastId);
    const assertAllowed = async (): Promise<void> => {
      const { memberships } = await callerOf(authenticator, { header });
      if (!memberships.some((membership) => membership.accountId === accountId))
        throw failure('FORBIDDEN');
    };
    const place = placeOf(clientIp);
    const body = streams.open({ accountId, principalId, place, afterNo, assertAllowed });
    return { status: 200, body, headers: streamHeaders };
  });

  return [listEvents, readEvent, streamEvents];
}

async function dispatchNoOf(scope: ReadScope, eventId: string): Promise<number> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(eventId);
  const dispatchNo = isId ? await eventViews(scope).dispatchNoOf(eventId) : undefined;
  if (dispatchNo === undefined) throw failure('INVALID_CURSOR');
  return dispatchNo;
}
