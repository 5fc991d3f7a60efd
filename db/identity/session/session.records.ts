import { createHash, randomBytes } from 'node:crypto';
import { isRepeat } from '../../../workflows/identity/session.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import {
  arrayOf,
  boolean,
  bytes,
  float,
  integer,
  listOf,
  orNull,
  text,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { Database, WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { deriveSealKey, seal, unseal } from '../../secrets/seal.js';
import { newId } from '../../shared/id.js';
import { change, emitEvents, runChange } from '../../shared/outbox.js';
import { securityNotice } from '../notice/notice.events.js';
import { sessionEnded } from './session-end.records.js';
import { settleSession } from './session-opening.records.js';
import { sessionCreated } from './session.events.js';

export interface OpenSession {
  sessionId: string;
  userId: string;
  principalId: string;
  epoch: number;
  refreshToken: string;
}

/** The user and methods of a sign-in (RFC 8176). */
interface ProvedUser {
  userId: string;
  amr: readonly string[];
  /** The compared hash of a sign-in by password alone; the password may change meanwhile. */
  passwordHash?: string;
}

/** How long a session lasts: since the last refresh, and at most. */
export interface SessionLife {
  idleMs: number;
  maxMs: number;
}

const lifeOf = ({ idleMs, maxMs }: SessionLife) => ({ idleMs: Math.min(idleMs, maxMs), maxMs });
const newRefreshToken = (): string => randomBytes(32).toString('base64url');
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
const successorKey = (token: string): Buffer => deriveSealKey(token, 'refresh-successor');

const newSession = query({
  name: 'session.open',
  parameters: {
    userId: uuid,
    sessionId: uuid,
    tokenHash: bytes,
    amr: arrayOf(text),
    idleMs: float,
    maxMs: float,
    ip: orNull(text),
    userAgent: orNull(text),
    passwordHash: orNull(text),
  },
  row: { principalId: uuid, epoch: integer },
  text: `with active as (
     update identity.users u set last_login_at = now()
     where u.user_id = :userId and u.status = 'ACTIVE'
       and (:passwordHash is null or u.password_hash = :passwordHash) returning u.user_id, u.principal_id, u.epoch
   ), opened as (
     insert into identity.user_sessions
       (session_id, user_id, principal_id, amr, expires_at, absolute_until, ip, user_agent)
     select :sessionId, a.user_id, a.principal_id, :amr, now() + :idleMs * interval '1 millisecond',
       now() + :maxMs * interval '1 millisecond', :ip, :userAgent from active a returning session_id
   ), first_token as (
     insert into identity.refresh_tokens (token_hash, session_id, generation)
     select :tokenHash, o.session_id, 1 from opened o
   )
   select a.principal_id, a.epoch from active a`,
});

const presentedSession = {
  sessionId: uuid,
  userId: uuid,
  principalId: uuid,
  epoch: integer,
  isOpen: boolean,
  generation: integer,
  newestGeneration: integer,
  rotatedSecondsAgo: orNull(float),
  successorSealed: orNull(bytes),
};
type PresentedSession = Values<typeof presentedSession>;

const presentedToken = `select s.session_id, s.user_id, s.principal_id, u.epoch,
     s.revoked_at is null and least(s.expires_at, s.absolute_until) > now() and u.status = 'ACTIVE' as is_open,
     r.generation, s.generation as newest_generation, r.rotated_at,
     extract(epoch from clock_timestamp() - r.rotated_at)::float8 as rotated_seconds_ago, r.successor_sealed
   from identity.refresh_tokens r
   join identity.user_sessions s on s.session_id = r.session_id
   join identity.users u on u.user_id = s.user_id
   where r.token_hash = :tokenHash for update of s, r`;

const sessionByToken = query({
  name: 'session.byToken',
  parameters: { tokenHash: bytes },
  row: presentedSession,
  text: `with presented as (${presentedToken}) select ${listOf(presentedSession, 'p')} from presented p`,
});

/**
 * Gives a token that was not exchanged its successor. The session is locked with the token: of two
 * refreshes at once, the second sees the first's work and exchanges nothing.
 */
const tokenExchange = query({
  name: 'session.exchangeToken',
  parameters: { tokenHash: bytes, successorHash: bytes, successorSealed: bytes, idleMs: float },
  row: { ...presentedSession, isExchanged: boolean },
  text: `with presented as (${presentedToken}), rotated as (
     update identity.refresh_tokens r set rotated_at = clock_timestamp(), successor_sealed = :successorSealed
     from presented p where r.token_hash = :tokenHash and p.is_open and p.rotated_at is null
     returning r.session_id, r.generation + 1 as generation
   ), successor as (
     insert into identity.refresh_tokens (token_hash, session_id, generation)
     select :successorHash, r.session_id, r.generation from rotated r
   ), used as (
     update identity.user_sessions s set generation = r.generation, last_used_at = now(),
       expires_at = least(now() + :idleMs * interval '1 millisecond', s.absolute_until)
     from rotated r where s.session_id = r.session_id
   )
   select ${listOf(presentedSession, 'p')}, exists (select from rotated) as is_exchanged from presented p`,
});

const revocation = change({
  name: 'session.revoke',
  parameters: { sessionId: uuid, reason: text },
  row: { sessionId: uuid },
  text: `update identity.user_sessions s set revoked_at = now(), revoke_reason = :reason
   where s.session_id = :sessionId and s.revoked_at is null returning s.session_id`,
});

export function createSessionRecords({
  database,
  life,
}: {
  database: Pick<Database, 'transaction'>;
  life: SessionLife;
}) {
  return {
    /**
     * Opens a session of a user who has just signed in; throws INVALID_CREDENTIALS for a user shut
     * out meanwhile.
     */
    open: (
      userId: string,
      audited: AuditedRequest,
      amr: readonly string[] = ['pwd'],
    ): Promise<OpenSession> =>
      database.transaction(platformContextOf(audited), (scope) =>
        openSession(scope, { proved: { userId, amr }, life, audited }),
      ),

    /** Likewise, by a compared password; throws INVALID_CREDENTIALS for one changed meanwhile. */
    openByPassword: (
      userId: string,
      passwordHash: string,
      audited: AuditedRequest,
    ): Promise<OpenSession> =>
      database.transaction(platformContextOf(audited), (scope) =>
        openSession(scope, { proved: { userId, amr: ['pwd'], passwordHash }, life, audited }),
      ),

    /** Likewise, of whoever `prove` finds, and in one transaction with the proof. */
    openProved: <Proved extends ProvedUser>(
      prove: (scope: WriteScope) => Promise<Proved>,
      audited: AuditedRequest,
    ): Promise<{ session: OpenSession; proved: Proved }> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const proved = await prove(scope);
        return { session: await openSession(scope, { proved, life, audited }), proved };
      }),

    /**
     * Exchanges a refresh token for a successor. The token just before the newest gets the
     * identical successor for ten seconds; any other exchanged token ends the session, since
     * somebody else has the token.
     */
    async refresh(token: string, audited: AuditedRequest): Promise<OpenSession> {
      const session = await database.transaction(platformContextOf(audited), (scope) =>
        exchange(scope, { token, life, audited }),
      );
      if (!session) throw failure('INVALID_REFRESH_TOKEN');
      return session;
    },

    /** Ends the token's session; a session that is over, or never was, stays so. */
    close: (token: string, audited: AuditedRequest): Promise<void> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const [session] = await scope.run(sessionByToken, { tokenHash: hashOf(token) });
        if (session) await revoke(scope, session, { reason: 'LOGGED_OUT', audited });
      }),
  };
}

export type SessionRecords = ReturnType<typeof createSessionRecords>;

interface Opening {
  proved: ProvedUser;
  life: SessionLife;
  audited: AuditedRequest;
}

async function openSession(
  scope: WriteScope,
  { proved: { userId, amr, passwordHash }, life, audited }: Opening,
): Promise<OpenSession> {
  const sessionId = newId();
  const refreshToken = newRefreshToken();
  const tokenHash = hashOf(refreshToken);
  const opening = { userId, sessionId, amr, tokenHash, ...lifeOf(life) };
  const { ip, userAgent = null } = audited;
  const [user] = await scope.run(newSession, {
    ...opening,
    ip,
    userAgent,
    passwordHash: passwordHash ?? null,
  });
  if (!user) throw failure('INVALID_CREDENTIALS');
  const { principalId } = user;
  await emitEvents(scope, [
    sessionCreated.of({
      accountId: null,
      subjectId: sessionId,
      actorPrincipalId: principalId,
      payload: { session_id: sessionId, user_id: userId },
    }),
    ...(await settleSession(scope, { userId, sessionId, userAgent })),
  ]);
  await appendAudit(scope, { ...audited, subjectId: sessionId, principalId });
  return { sessionId, userId, ...user, refreshToken };
}

interface Exchange {
  token: string;
  life: SessionLife;
  audited: AuditedRequest;
}

/** Answers undefined rather than throwing: a revocation must be committed. */
async function exchange(
  scope: WriteScope,
  { token, life, audited }: Exchange,
): Promise<OpenSession | undefined> {
  const successor = newRefreshToken();
  const [session] = await scope.run(tokenExchange, {
    tokenHash: hashOf(token),
    successorHash: hashOf(successor),
    successorSealed: seal(Buffer.from(successor), successorKey(token)),
    idleMs: life.idleMs,
  });
  if (!session?.isOpen) return undefined;
  const { sessionId, userId, principalId, epoch, successorSealed } = session;
  const open = { sessionId, userId, principalId, epoch };
  if (session.isExchanged) {
    await appendAudit(scope, { ...audited, subjectId: sessionId, principalId });
    return { ...open, refreshToken: successor };
  }
  if (successorSealed && isRepeat(session))
    return { ...open, refreshToken: unseal(successorSealed, successorKey(token)).toString() };
  const action = 'session.revoke';
  await revoke(scope, session, { reason: 'REFRESH_TOKEN_REUSED', audited: { ...audited, action } });
  return undefined;
}

interface Revocation {
  reason: 'LOGGED_OUT' | 'REFRESH_TOKEN_REUSED';
  audited: AuditedRequest;
}

async function revoke(
  scope: WriteScope,
  { sessionId, userId, principalId }: PresentedSession,
  { reason, audited }: Revocation,
): Promise<void> {
  const actorPrincipalId = principalId;
  const revoked = await runChange(scope, revocation, { sessionId, reason }, [
    sessionEnded({ sessionId, userId, reason, actorPrincipalId }),
    ...(reason === 'REFRESH_TOKEN_REUSED' ? [securityNotice(userId, 'SESSION_REUSE')] : []),
  ]);
  if (revoked.length === 0) return;
  await appendAudit(scope, { ...audited, subjectId: sessionId, principalId });
}
