/** Tells of: session.store. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { platformAccountId } from '../../../db/connection/database.js';
import { createSessionRecords } from '../../../db/identity/session/session.records.js';
import { sessionStore } from '../../../db/identity/session/session.store.js';
import {
  anAuditedRequest,
  anEmail,
  createIdentityFixture,
  passwordHash,
  sessionLife,
  type IdentityFixture,
} from '../identity-fixture.js';

let test: IdentityFixture;
beforeAll(async () => {
  test = await createIdentityFixture();
});
afterAll(() => test.drop());

const aUser = async () =>
  (await test.admins.addUser({ identifiers: { email: anEmail() }, passwordHash })).userId;
const signIn = (userId: string, userAgent: string | null = 'a browser') =>
  createSessionRecords({ database: test.database, life: sessionLife }).open(userId, {
    ...anAuditedRequest,
    ip: '192.0.2.7',
    userAgent,
  });
const noticesOf = async (userId: string) =>
  (await test.events('SECURITY_NOTICE_REQUESTED'))
    .filter(({ subject_id: id }) => id === userId)
    .map(({ payload }) => payload['kind']);

describe('a sign-in', () => {
  it('ends the oldest sessions beyond fifty, also where many come at once', async () => {
    const userId = await aUser();
    const first = await signIn(userId);
    for (let nth = 1; nth < 50; nth += 1) await signIn(userId);
    await Promise.all(Array.from({ length: 5 }, () => signIn(userId)));
    const { rows } = await test.admin.query(
      'select session_id, revoked_at, ip, user_agent from identity.user_sessions where user_id = $1 order by created_at',
      [userId],
    );
    expect(rows).toHaveLength(55);
    expect(rows.filter(({ revoked_at: end }) => end === null)).toHaveLength(50);
    expect(rows[0]).toMatchObject({ session_id: first.sessionId, ip: '192.0.2.7' });
    expect(rows[0].revoked_at).not.toBeNull();
    const ends = (await test.events('SESSION_REVOKED')).filter(
      ({ payload }) => payload['user_id'] === userId,
    );
    expect(ends.map(({ payload }) => payload['reason'])).toEqual(Array(5).fill('TOO_MANY'));
  });

  it('is told where its program was not seen for 90 days', async () => {
    const userId = await aUser();
    await signIn(userId);
    await signIn(userId);
    expect(await noticesOf(userId)).toEqual(['NEW_SIGN_IN']);
    await signIn(userId, 'another browser');
    await signIn(userId, null);
    expect(await noticesOf(userId)).toHaveLength(3);
    await test.admin.query(
      `update identity.sign_in_agents set seen_at = now() - interval '91 days' where user_id = $1`,
      [userId],
    );
    // A session still in use speaks for the program.
    await signIn(userId);
    expect(await noticesOf(userId)).toHaveLength(3);
    await test.admin.query(
      `update identity.user_sessions set last_used_at = now() - interval '91 days' where user_id = $1`,
      [userId],
    );
    await signIn(userId, 'another browser');
    expect(await noticesOf(userId)).toHaveLength(4);
  });
});

describe('the purge of sessions', () => {
  it('deletes what ended thirty days ago, with its tokens', async () => {
    const userId = await aUser();
    const [old, recent, open] = [await signIn(userId), await signIn(userId), await signIn(userId)];
    const end = ({ sessionId }: { sessionId: string }, days: number) =>
      test.admin.query(
        `update identity.user_sessions set revoked_at = now() - make_interval(days => $2), revoke_reason = 'LOGGED_OUT'
         where session_id = $1`,
        [sessionId, days],
      );
    await end(old, 31);
    await end(recent, 29);
    const store = sessionStore(test.database.statements({ accountId: platformAccountId }));
    expect(await store.purge()).toBeGreaterThan(0);
    expect(await store.purge()).toBe(0);
    const { rows } = await test.admin.query<{ session_id: string }>(
      `select distinct r.session_id from identity.refresh_tokens r join identity.user_sessions s using (session_id)
       where s.user_id = $1`,
      [userId],
    );
    expect(new Set(rows.map(({ session_id: id }) => id))).toEqual(
      new Set([recent.sessionId, open.sessionId]),
    );
  });
});
