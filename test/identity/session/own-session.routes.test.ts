/** Tells of: own-session.routes, session-end.records. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/timing/eventually.js';
import { createIdentityApi, password, type IdentityApi, type Tokens } from '../identity-api.js';

let api: IdentityApi;
beforeAll(async () => {
  api = await createIdentityApi();
});
afterAll(() => api.drop());

const signIn = async (email: string): Promise<Tokens> => {
  const credentials = { username: email, password };
  return (await api.request.post('/v1/auth/login').send(credentials).expect(200)).body as Tokens;
};
const as = ({ access_token: token }: Pick<Tokens, 'access_token'>) =>
  ['Authorization', `Bearer ${token}`] as const;
const sessionsOf = async (tokens: Tokens) => {
  const { body } = await api.request
    .get('/v1/me/sessions')
    .set(...as(tokens))
    .expect(200);
  return body.items as { session_id: string; is_current: boolean }[];
};
const reasons = async (sessionId: string) =>
  (await api.events('SESSION_REVOKED'))
    .filter(({ subject_id: id }) => id === sessionId)
    .map(({ payload }) => payload['reason']);
const isOver = (tokens: Tokens) =>
  eventually(async () => {
    await api.request
      .get('/v1/me')
      .set(...as(tokens))
      .expect(401);
  }, 2_000);

describe('GET /v1/me/sessions', () => {
  it('lists where I am signed in, and nobody else', async () => {
    const { email, ...first } = await api.signUp();
    await api.signUp();
    const second = await signIn(email);
    const items = await sessionsOf(second);
    expect(items).toHaveLength(2);
    expect(items[0]).toEqual({
      session_id: expect.any(String),
      created_at: expect.any(String),
      last_used_at: expect.any(String),
      expires_at: expect.any(String),
      ip: '127.0.0.1',
      user_agent: null,
      amr: ['pwd'],
      is_current: true,
    });
    expect((await sessionsOf(first)).filter(({ is_current: isCurrent }) => isCurrent)).toEqual([
      expect.objectContaining({ session_id: items[1]?.session_id }),
    ]);
  });
});

describe('DELETE /v1/me/sessions/{session_id}', () => {
  it('signs the session out, once, and leaves the others', async () => {
    const { email, ...first } = await api.signUp();
    const second = await signIn(email);
    const other = (await sessionsOf(second)).find(({ is_current: isCurrent }) => !isCurrent);
    const path = `/v1/me/sessions/${other?.session_id}`;
    await api.request
      .delete(path)
      .set(...as(second))
      .expect(204);
    const again = await api.request.delete(path).set(...as(second));
    expect([again.status, again.body.error_code]).toEqual([404, 'RESOURCE_NOT_FOUND']);
    await isOver(first);
    expect(await sessionsOf(second)).toHaveLength(1);
    expect(await reasons(other?.session_id ?? '')).toEqual(['ENDED_BY_USER']);
  });

  it("does not know another's session", async () => {
    const [mine, theirs] = [await api.signUp(), await api.signUp()];
    const [session] = await sessionsOf(theirs);
    await api.request
      .delete(`/v1/me/sessions/${session?.session_id}`)
      .set(...as(mine))
      .expect(404);
    expect(await sessionsOf(theirs)).toHaveLength(1);
  });
});

describe('POST /v1/auth/logout-all', () => {
  it('ends every session of mine, this one too, and nobody else’s', async () => {
    const { email, ...first } = await api.signUp();
    const others = await api.signUp();
    const second = await signIn(email);
    const ids = (await sessionsOf(first)).map(({ session_id: id }) => id);
    const { body } = await api.request
      .post('/v1/auth/logout-all')
      .set(...as(second))
      .expect(200);
    expect(body).toEqual({ status: 'OK', sessions_ended: 2 });
    await isOver(first);
    await isOver(second);
    await api.request
      .post('/v1/auth/refresh')
      .send({ refresh_token: second.refresh_token })
      .expect(401);
    expect(await sessionsOf(others)).toHaveLength(1);
    for (const id of ids) expect(await reasons(id)).toEqual(['LOGGED_OUT_EVERYWHERE']);
  });
});
