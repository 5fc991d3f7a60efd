import { Type } from 'typebox';
import { sessionEnds } from '../../../workflows/identity/session.contract.js';
import { defineEvent } from '../../shared/event.js';

const object = { additionalProperties: false } as const;
const id = Type.String({ format: 'uuid' });
const sessionId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';
const base = { version: 1, subjectType: 'session' } as const;

export const sessionCreated = defineEvent({
  ...base,
  type: 'SESSION_CREATED',
  topic: 'identity.session.created',
  payload: Type.Object({ session_id: id, user_id: id }, object),
  example: { session_id: sessionId, user_id: sessionId },
});

/** Emitted while a session ended in two ways; unchanged since. */
export const sessionRevokedV1 = defineEvent({
  ...base,
  type: 'SESSION_REVOKED',
  topic: 'identity.session.revoked',
  payload: Type.Object(
    { session_id: id, user_id: id, reason: Type.Enum(['LOGGED_OUT', 'REFRESH_TOKEN_REUSED']) },
    object,
  ),
  example: { session_id: sessionId, user_id: sessionId, reason: 'LOGGED_OUT' },
});

export const sessionRevoked = defineEvent({
  ...base,
  version: 2,
  type: 'SESSION_REVOKED',
  topic: 'identity.session.revoked',
  payload: Type.Object(
    { session_id: id, user_id: id, reason: Type.Enum([...sessionEnds]) },
    object,
  ),
  example: { session_id: sessionId, user_id: sessionId, reason: 'PASSWORD_CHANGED' },
});
