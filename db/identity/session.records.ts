import { createHash, randomBytes } from 'node:crypto';
import { decideRefresh } from '../../workflows/identity/session.rules.js';
import { failure } from '../../workflows/shared/failure.js';
import { auditRequest } from '../shared/audit.js';
import type { Database, Transaction } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { deriveSealKey, seal, unseal } from '../shared/seal.js';
import { sessionCreated, sessionRevoked } from './session.events.js';

export interface OpenSession {
  sessionId: string;
  userId: string;
  principalId: string;
  epoch: number;
  refreshToken: string;
}

/** How long a session lasts: since it was last refreshed, and at most. */
export interface SessionLife {
  idleMs: number;
  maxMs: number;
}

interface PresentedRow {
  sessionId: string;
  userId: string;
  principalId: string;
  epoch: number;
  isOpen: boolean;
  generation: number;
  newestGeneration: number;
  rotatedSecondsAgo: number | null;
  successorSealed: Buffer | null;
}

const newRefreshToken = (): string => randomBytes(32).toString('base64url');
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
const successorKey = (token: string): Buffer => deriveSealKey(token, 'refresh-successor');

/** Locks the session with the token: two refreshes at once come one after the other, and the second sees the first's work. */
const presented = `
  select s.session_id as "sessionId", s.user_id as "userId", s.principal_id as "principalId", u.epoch,
    s.revoked_at is null and least(s.expires_at, s.absolute_until) > now() and u.status = 'ACTIVE' as "isOpen",
    r.generation, s.generation as "newestGeneration",
    extract(epoch from clock_timestamp() - r.rotated_at)::float8 as "rotatedSecondsAgo", r.successor_sealed as "successorSealed"
  from identity.refresh_tokens r
  join identity.user_sessions s on s.session_id = r.session_id
  join identity.users u on u.user_id = s.user_id
  where r.token_hash = ? for update of s, r`;

export function createSessionRecords({ database, life }: { database: Database; life: SessionLife }) {
  return {
    /** A session of a user who has just shown who they are; throws INVALID_CREDENTIALS if they have been shut out meanwhile. */
    open: (userId: string): Promise<OpenSession> =>
      database.inPlatform(async (trx) => {
        const sessionId = newId();
        const { rows } = await trx.raw<{ rows: { principalId: string; epoch: number }[] }>(
          `with active as (
             select u.user_id, u.principal_id, u.epoch from identity.users u where u.user_id = ? and u.status = 'ACTIVE' for share
           ), opened as (
             insert into identity.user_sessions (session_id, user_id, principal_id, expires_at, absolute_until)
             select ?, a.user_id, a.principal_id, now() + ?::float * interval '1 millisecond',
               now() + ?::float * interval '1 millisecond' from active a
           )
           select a.principal_id as "principalId", a.epoch from active a`,
          [userId, sessionId, Math.min(life.idleMs, life.maxMs), life.maxMs],
        );
        const user = rows[0];
        if (!user) throw failure('INVALID_CREDENTIALS');
        const refreshToken = newRefreshToken();
        await addToken(trx, sessionId, refreshToken, 1);
        const subject = { accountId: null, subjectId: sessionId, actorPrincipalId: user.principalId };
        await emitEvents(trx, [sessionCreated.of({ ...subject, payload: { session_id: sessionId, user_id: userId } })]);
        await auditRequest(trx, { subjectId: sessionId, principalId: user.principalId });
        return { sessionId, userId, ...user, refreshToken };
      }),

    /**
     * Exchanges a refresh token for its successor. The token just before the newest gets the identical successor for ten
     * seconds; any other that was exchanged before ends the session, since somebody else has it.
     */
    async refresh(token: string): Promise<OpenSession> {
      const session = await database.inPlatform((trx) => exchange(trx, token, life));
      if (!session) throw failure('INVALID_REFRESH_TOKEN');
      return session;
    },

    /** Ends the token's session; one that is over, or never was, stays so. */
    close: (token: string): Promise<void> =>
      database.inPlatform(async (trx) => {
        const { rows } = await trx.raw<{ rows: PresentedRow[] }>(presented, [hashOf(token)]);
        if (rows[0]) await revoke(trx, rows[0], 'LOGGED_OUT');
      }),
  };
}

export type SessionRecords = ReturnType<typeof createSessionRecords>;

/** Answers undefined rather than throwing: a revocation must be committed. */
async function exchange(trx: Transaction, token: string, life: SessionLife): Promise<OpenSession | undefined> {
  const { rows } = await trx.raw<{ rows: PresentedRow[] }>(presented, [hashOf(token)]);
  const row = rows[0];
  if (!row?.isOpen) return undefined;
  const { sessionId, userId, principalId, epoch } = row;
  switch (decideRefresh(row)) {
    case 'rotate': {
      const refreshToken = await rotate(trx, row, token, life);
      await auditRequest(trx, { subjectId: sessionId, principalId });
      return { sessionId, userId, principalId, epoch, refreshToken };
    }
    case 'repeat': {
      const successor = row.successorSealed && unseal(row.successorSealed, successorKey(token)).toString();
      return successor === null ? undefined : { sessionId, userId, principalId, epoch, refreshToken: successor };
    }
    case 'reuse':
      await revoke(trx, row, 'REFRESH_TOKEN_REUSED');
      return undefined;
  }
}

async function rotate(
  trx: Transaction,
  { sessionId, generation }: PresentedRow,
  token: string,
  { idleMs }: SessionLife,
): Promise<string> {
  const successor = newRefreshToken();
  await trx.raw(
    'update identity.refresh_tokens set rotated_at = clock_timestamp(), successor_sealed = ? where token_hash = ?',
    [seal(Buffer.from(successor), successorKey(token)), hashOf(token)],
  );
  await addToken(trx, sessionId, successor, generation + 1);
  await trx.raw(
    `update identity.user_sessions set generation = ?, last_used_at = now(),
       expires_at = least(now() + ?::float * interval '1 millisecond', absolute_until)
     where session_id = ?`,
    [generation + 1, idleMs, sessionId],
  );
  return successor;
}

async function addToken(trx: Transaction, sessionId: string, token: string, generation: number): Promise<void> {
  await trx.raw('insert into identity.refresh_tokens (token_hash, session_id, generation) values (?, ?, ?)', [
    hashOf(token),
    sessionId,
    generation,
  ]);
}

async function revoke(
  trx: Transaction,
  session: PresentedRow,
  reason: 'LOGGED_OUT' | 'REFRESH_TOKEN_REUSED',
): Promise<void> {
  const { sessionId, userId, principalId } = session;
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    'update identity.user_sessions set revoked_at = now(), revoke_reason = ? where session_id = ? and revoked_at is null returning 1',
    [reason, sessionId],
  );
  if (rows.length === 0) return;
  const subject = { accountId: null, subjectId: sessionId, actorPrincipalId: principalId };
  await emitEvents(trx, [
    sessionRevoked.of({ ...subject, payload: { session_id: sessionId, user_id: userId, reason } }),
  ]);
  const action = reason === 'REFRESH_TOKEN_REUSED' ? { action: 'session.revoke' } : {};
  await auditRequest(trx, { subjectId: sessionId, principalId, ...action });
}
