import type { SessionEnd } from '../../../workflows/identity/session.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import { orNull, textOf, uuid } from '../../connection/column.js';
import type { Database, WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { change, emitEvents, runChange } from '../../shared/outbox.js';
import { sessionRevoked } from './session.events.js';

interface SessionsEnd {
  userId: string;
  /** The caller's own, which goes on. */
  exceptSessionId?: string | undefined;
  reason: SessionEnd;
  actorPrincipalId?: string | undefined;
}

const ownSessionEnd = change({
  name: 'sessionEnd.endOwn',
  parameters: { userId: uuid, sessionId: uuid, reason: textOf<SessionEnd>() },
  row: { sessionId: uuid },
  text: `update identity.user_sessions s set revoked_at = now(), revoke_reason = :reason
   where s.session_id = :sessionId and s.user_id = :userId and s.revoked_at is null
     and least(s.expires_at, s.absolute_until) > now() returning s.session_id`,
});

const userLock = query({
  name: 'sessionEnd.lockUser',
  parameters: { userId: uuid },
  text: 'select from identity.users u where u.user_id = :userId for no key update',
});

const openSessionsEnd = query({
  name: 'sessionEnd.endAll',
  parameters: { userId: uuid, exceptSessionId: orNull(uuid), reason: textOf<SessionEnd>() },
  row: { sessionId: uuid },
  text: `update identity.user_sessions s set revoked_at = now(), revoke_reason = :reason
   where s.user_id = :userId and s.session_id is distinct from :exceptSessionId
     and s.revoked_at is null and least(s.expires_at, s.absolute_until) > now()
   returning s.session_id`,
});

/**
 * Ends a user's open sessions in the caller's transaction, which is the platform's; returns how
 * many. A sign-in at the same time waits at the user's row: a session opened before is ended, and
 * one opened after has seen the change that this transaction makes.
 */
export async function endSessions(
  scope: WriteScope,
  { userId, exceptSessionId, reason, actorPrincipalId }: SessionsEnd,
): Promise<number> {
  await scope.run(userLock, { userId });
  const ended = await scope.run(openSessionsEnd, {
    userId,
    exceptSessionId: exceptSessionId ?? null,
    reason,
  });
  await emitEvents(
    scope,
    ended.map(({ sessionId }) => sessionEnded({ sessionId, userId, reason, actorPrincipalId })),
  );
  return ended.length;
}

interface EndedSession extends Omit<SessionsEnd, 'exceptSessionId'> {
  sessionId: string;
}

export const sessionEnded = ({ sessionId, userId, reason, actorPrincipalId }: EndedSession) =>
  sessionRevoked.of({
    accountId: null,
    subjectId: sessionId,
    actorPrincipalId: actorPrincipalId ?? null,
    payload: { session_id: sessionId, user_id: userId, reason },
  });

interface Owner {
  userId: string;
  principalId: string;
}

/** A person ends sessions of their own. */
export function createSessionEndRecords({ database }: { database: Pick<Database, 'transaction'> }) {
  return {
    /** Throws RESOURCE_NOT_FOUND for another user's session and for an ended session. */
    end: (
      { userId, principalId }: Owner,
      sessionId: string,
      audited: AuditedRequest,
    ): Promise<void> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const reason = 'ENDED_BY_USER';
        const ended = await runChange(scope, ownSessionEnd, { userId, sessionId, reason }, [
          sessionEnded({ sessionId, userId, reason, actorPrincipalId: principalId }),
        ]);
        if (ended.length === 0) throw failure('RESOURCE_NOT_FOUND');
        await appendAudit(scope, { ...audited, subjectId: sessionId, principalId });
      }),

    /** Answers how many were open, the caller's own among them. */
    endAll: ({ userId, principalId }: Owner, audited: AuditedRequest): Promise<number> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const reason = 'LOGGED_OUT_EVERYWHERE';
        const count = await endSessions(scope, { userId, reason, actorPrincipalId: principalId });
        await appendAudit(scope, { ...audited, subjectId: userId, principalId });
        return count;
      }),
  };
}

export type SessionEndRecords = ReturnType<typeof createSessionEndRecords>;
