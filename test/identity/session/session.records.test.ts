import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { platformAccountId } from '../../../db/connection/database.js';
import { createSessionRecords } from '../../../db/identity/session/session.records.js';
import { textQuery } from '../../support/servers/text-query.js';
import {
  anAuditedRequest,
  anEmail,
  codeOf,
  createIdentityFixture,
  passwordHash,
  sessionLife,
  type IdentityFixture,
} from '../identity-fixture.js';

let test: IdentityFixture;
let sessions: ReturnType<typeof sessionsOf>;
let userId: string;
beforeAll(async () => {
  test = await createIdentityFixture();
  sessions = sessionsOf(test);
});
beforeEach(async () => {
  ({ userId } = await test.admins.addUser({ identifiers: { email: anEmail() }, passwordHash }));
});
afterAll(() => test.drop());

function sessionsOf({ database }: IdentityFixture) {
  const records = createSessionRecords({ database, life: sessionLife });
  return {
    open: (id: string) => records.open(id, anAuditedRequest),
    refresh: (token: string) => records.refresh(token, anAuditedRequest),
    close: (token: string) => records.close(token, anAuditedRequest),
  };
}
const age = (sessionId: string, seconds: number) =>
  test.admin.query(
    'update identity.refresh_tokens set rotated_at = rotated_at - make_interval(secs => $2) where session_id = $1',
    [sessionId, seconds],
  );
const revocation = async (sessionId: string) =>
  (await test.events('SESSION_REVOKED'))
    .filter(({ subject_id: id }) => id === sessionId)
    .map(({ payload }) => payload['reason']);

describe('a session', () => {
  it('gives a new refresh token at each exchange', async () => {
    const opened = await sessions.open(userId);
    const next = await sessions.refresh(opened.refreshToken);
    const last = await sessions.refresh(next.refreshToken);
    expect(new Set([opened, next, last].map(({ refreshToken }) => refreshToken)).size).toBe(3);
    expect(last).toMatchObject({
      sessionId: opened.sessionId,
      userId,
      principalId: opened.principalId,
      epoch: 1,
    });
    expect(Buffer.from(last.refreshToken, 'base64url')).toHaveLength(32);
  });

  it('gives refreshes at once the identical successor', async () => {
    const { sessionId, refreshToken } = await sessions.open(userId);
    // Each wait has a connection, or the waits would come one after the other.
    const waits = Array.from({ length: 5 }, () =>
      test.database.transaction({ accountId: platformAccountId }, (scope) =>
        scope.read(textQuery('select pg_sleep(0.1)'), {}),
      ),
    );
    await Promise.all(waits);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => sessions.refresh(refreshToken)),
    );
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
    expect(await revocation(sessionId)).toEqual([]);
    const { rows } = await test.admin.query(
      'select count(*)::int as n from identity.refresh_tokens where session_id = $1',
      [sessionId],
    );
    expect(rows[0].n).toBe(2);
  });

  it('ends when the last token comes again too late', async () => {
    const { sessionId, refreshToken } = await sessions.open(userId);
    const next = await sessions.refresh(refreshToken);
    await age(sessionId, 11);
    expect(await codeOf(sessions.refresh(refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    expect(await codeOf(sessions.refresh(next.refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    expect(await revocation(sessionId)).toEqual(['REFRESH_TOKEN_REUSED']);
  });

  it('ends when an older token comes again, at once', async () => {
    const { sessionId, refreshToken } = await sessions.open(userId);
    const next = await sessions.refresh(refreshToken);
    const last = await sessions.refresh(next.refreshToken);
    expect(await codeOf(sessions.refresh(refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    expect(await codeOf(sessions.refresh(last.refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    expect(await revocation(sessionId)).toEqual(['REFRESH_TOKEN_REUSED']);
  });

  it('ends by signing out, once', async () => {
    const { sessionId, refreshToken } = await sessions.open(userId);
    await sessions.close(refreshToken);
    await sessions.close(refreshToken);
    expect(await codeOf(sessions.refresh(refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    expect(await revocation(sessionId)).toEqual(['LOGGED_OUT']);
  });

  it('leaves the sessions of others alone', async () => {
    const [one, other] = [await sessions.open(userId), await sessions.open(userId)];
    await sessions.close(one.refreshToken);
    expect(await sessions.refresh(other.refreshToken)).toMatchObject({
      sessionId: other.sessionId,
    });
  });

  it('is over when it was not used for long, and for a user who is no longer active', async () => {
    const { sessionId, refreshToken } = await sessions.open(userId);
    await test.admin.query(
      'update identity.user_sessions set expires_at = now() where session_id = $1',
      [sessionId],
    );
    expect(await codeOf(sessions.refresh(refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    const other = await sessions.open(userId);
    await test.admin.query("update identity.users set status = 'DISABLED' where user_id = $1", [
      userId,
    ]);
    expect(await codeOf(sessions.refresh(other.refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    expect(await codeOf(sessions.open(userId))).toBe('INVALID_CREDENTIALS');
  });

  it('has a longest life, however often it is refreshed', async () => {
    const { sessionId, refreshToken } = await sessions.open(userId);
    const lives = async () =>
      (
        await test.admin.query<{ idle: number; most: number }>(
          `select extract(epoch from expires_at - created_at)::float8 / 86400 as idle,
             extract(epoch from absolute_until - created_at)::float8 / 86400 as most
           from identity.user_sessions where session_id = $1`,
          [sessionId],
        )
      ).rows[0];
    expect(await lives()).toEqual({ idle: 30, most: 90 });
    const move = (days: number) =>
      test.admin.query(
        `update identity.user_sessions set absolute_until = now() + make_interval(days => $2) where session_id = $1`,
        [sessionId, days],
      );
    await move(1);
    const next = await sessions.refresh(refreshToken);
    expect((await lives())?.idle).toBeLessThan(1.5);
    // Also where the version before gave the session more.
    await test.admin.query(
      `update identity.user_sessions set expires_at = now() + interval '30 days' where session_id = $1`,
      [sessionId],
    );
    await move(0);
    expect(await codeOf(sessions.refresh(next.refreshToken))).toBe('INVALID_REFRESH_TOKEN');
  });

  it('knows nothing of a token it never gave', async () => {
    expect(await codeOf(sessions.refresh('never-given'))).toBe('INVALID_REFRESH_TOKEN');
    await expect(sessions.close('never-given')).resolves.toBeUndefined();
  });

  it('keeps no token in the clear', async () => {
    const { sessionId, refreshToken } = await sessions.open(userId);
    const { refreshToken: successor } = await sessions.refresh(refreshToken);
    const { rows } = await test.admin.query(
      "select string_agg(r::text, ' ') as stored from identity.refresh_tokens r where session_id = $1",
      [sessionId],
    );
    for (const token of [refreshToken, successor])
      expect(rows[0].stored).not.toContain(Buffer.from(token).toString('hex'));
  });
});
