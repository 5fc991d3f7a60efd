import { Type } from 'typebox';
import type { Database } from '../../../db/connection/database.js';
import type { SessionEndRecords } from '../../../db/identity/session/session-end.records.js';
import { sessionViews } from '../../../db/identity/session/session.views.js';
import { route, signedIn, type Route } from '../../route/route.js';
import { closedObject, nullable, timestamp, uuid } from '../../route/schema.js';

const session = closedObject({
  session_id: uuid,
  created_at: timestamp,
  last_used_at: timestamp,
  expires_at: timestamp,
  ip: nullable(Type.String({ examples: ['192.0.2.7'] })),
  user_agent: nullable(Type.String({ examples: ['Mozilla/5.0'] })),
  amr: Type.Array(Type.String({ examples: ['pwd'] }), {
    description: 'How it was signed in (RFC 8176)',
  }),
  is_current: Type.Boolean(),
});
const sessionList = closedObject({ items: Type.Array(session, { maxItems: 200 }) });
const allEnded = closedObject({
  status: Type.Literal('OK'),
  sessions_ended: Type.Integer({ minimum: 0 }),
});

interface OwnSessionParts {
  database: Pick<Database, 'reads'>;
  sessionEnds: SessionEndRecords;
}

export function createOwnSessionRoutes({ database, sessionEnds }: OwnSessionParts): Route[] {
  const listSessions = route({
    method: 'get',
    path: '/v1/me/sessions',
    summary: 'Where I am signed in',
    tag: 'Identity',
    access: signedIn(),
    responses: { 200: sessionList },
  }).handledBy(async ({ caller: { principalId, sessionId } }) => ({
    status: 200,
    body: { items: await sessionViews(database.reads({ principalId })).open(sessionId) },
  }));

  const endSession = route({
    method: 'delete',
    path: '/v1/me/sessions/:session_id',
    summary: 'Sign a session of mine out',
    tag: 'Identity',
    access: signedIn(),
    audit: { action: 'session.end', subject: 'session' },
    responses: { 204: null },
    errors: ['RESOURCE_NOT_FOUND'],
  }).handledBy(async ({ caller, params, audited }) => {
    await sessionEnds.end(caller, params.session_id, audited);
    return { status: 204 };
  });

  const signOutEverywhere = route({
    method: 'post',
    path: '/v1/auth/logout-all',
    summary: 'Sign out everywhere',
    tag: 'Identity',
    access: signedIn(),
    audit: { action: 'session.end-all', subject: 'user' },
    responses: { 200: allEnded },
  }).handledBy(async ({ caller, audited }) => ({
    status: 200,
    body: { status: 'OK', sessions_ended: await sessionEnds.endAll(caller, audited) },
  }));

  return [listSessions, endSession, signOutEverywhere];
}
